import { KeyMark } from './key-mark'

/** An image of the installation, in pixels; `hash` stands for what it shows. */
export type Logo = { hash: string; width: number; height: number }

/** What stands before the name of the installation: its logo, or the mark of Latchkey. */
export function BrandMark({ logo, large = false }: { logo: Logo | null; large?: boolean }) {
  if (!logo) return <KeyMark className={large ? 'size-7' : 'size-6'} />
  const { hash, width, height } = logo
  return (
    // biome-ignore lint/performance/noImgElement: It is small, and stands in documents without React, too.
    <img
      src={`/logo?v=${hash}`}
      // The name beside it says the same.
      alt=""
      width={width}
      height={height}
      className={
        large
          ? 'h-10 w-auto max-w-40 shrink-0 object-contain'
          : 'h-6 w-auto max-w-24 shrink-0 object-contain object-left'
      }
    />
  )
}
