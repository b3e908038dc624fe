import { encode } from 'uqr'

/** A square of so many modules, and the dark ones as a path in it. */
export type QrDrawing = { size: number; path: string }

/** The light modules around it that a reader needs (ISO/IEC 18004 §9.1). */
const quietZone = 4

/** Draws a text as a QR code that can still be read where a seventh of it is dirty. */
export function drawQr(text: string): QrDrawing {
  const { size, data } = encode(text, { ecc: 'M', border: quietZone })
  const runs = data.flatMap((row, y) =>
    [
      ...row
        .map(dark => (dark ? '#' : ' '))
        .join('')
        .matchAll(/#+/g),
    ].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`),
  )
  return { size, path: runs.join('') }
}
