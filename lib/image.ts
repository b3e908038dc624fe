// What a file of an image says of itself in its first bytes. Nothing of it is decoded.

export type ImageFacts = {
  type: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif'
  width: number
  height: number
}

/** Null for what is none of the four, or breaks off before it has said how large it is. */
export function imageFacts(bytes: Uint8Array): ImageFacts | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return png(file) ?? webp(file) ?? gif(file) ?? jpeg(file)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** PNG (W3C) §5.2 and §11.2.1: the signature, and IHDR as the first chunk. */
function png(file: Buffer): ImageFacts | null {
  if (file.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n' || file.toString('latin1', 12, 16) !== 'IHDR')
    return null
  return { type: 'image/png', width: file.readUInt32BE(16), height: file.readUInt32BE(20) }
}

/** GIF89a (CompuServe) §17 and §18: the signature and the logical screen. */
function gif(file: Buffer): ImageFacts | null {
  if (!/^GIF8[79]a$/.test(file.toString('latin1', 0, 6))) return null
  return { type: 'image/gif', width: file.readUInt16LE(6), height: file.readUInt16LE(8) }
}

/** RFC 9649 §2.5 to §2.7. */
function webp(file: Buffer): ImageFacts | null {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WEBP') return null
  const sized = (width: number, height: number): ImageFacts => ({ type: 'image/webp', width, height })
  switch (file.toString('latin1', 12, 16)) {
    case 'VP8X':
      return sized(file.readUIntLE(24, 3) + 1, file.readUIntLE(27, 3) + 1)
    case 'VP8L': {
      const bits = file.readUInt32LE(21)
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
    }
    case 'VP8 ':
      return sized(file.readUInt16LE(26) & 0x3fff, file.readUInt16LE(28) & 0x3fff)
    default:
      return null
  }
}

/** ITU-T T.81 §B.1 and §B.2: segments with their lengths, until the head of the frame. */
function jpeg(file: Buffer): ImageFacts | null {
  if (file.readUInt16BE(0) !== 0xffd8) return null
  let at = 2
  for (;;) {
    if (file.readUInt8(at) !== 0xff) return null
    const marker = file.readUInt8(at + 1)
    if (marker === 0xff) {
      // What fills up to a marker.
      at += 1
      continue
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (frame)
      return { type: 'image/jpeg', width: file.readUInt16BE(at + 7), height: file.readUInt16BE(at + 5) }
    const length = file.readUInt16BE(at + 2)
    if (length < 2) return null
    at += 2 + length
  }
}
