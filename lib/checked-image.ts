import { createHash } from 'node:crypto'
import { type ImageFacts, imageFacts } from './image'
import { Refusal } from './refusal'

/** The longest file of an image, in bytes, and its longest side, in pixels. */
export const longestImage = 200_000
const longestSide = 2_000

/**
 * A file that is an image of one of these types, with its hash. PNG, JPEG, WebP and GIF show and do nothing else. SVG is
 * a document that can run scripts and fetch from elsewhere, so it is refused.
 * @param kind in front of the codes
 * @throws Refusal logo-too-large, logo-svg, logo-type, logo-sides, or the same of an alarm-image, at `file`
 */
export function checkedImage(
  file: Uint8Array,
  kind: 'logo' | 'alarm-image',
  types: readonly ImageFacts['type'][],
) {
  const refuse = (why: 'too-large' | 'svg' | 'type' | 'sides') =>
    new Refusal(`${kind}-${why}`, {
      field: 'file',
      ...(why === 'sides' && { values: { most: longestSide } }),
    })
  if (file.length > longestImage) throw refuse('too-large')
  const facts = imageFacts(file)
  if (!facts || !types.includes(facts.type)) throw refuse(isSvg(file) ? 'svg' : 'type')
  const { width, height } = facts
  if (Math.min(width, height) < 1 || Math.max(width, height) > longestSide) throw refuse('sides')
  return {
    ...facts,
    image: Uint8Array.from(file),
    hash: createHash('sha256').update(file).digest('base64url'),
  }
}

const isSvg = (file: Uint8Array) => /<svg[\s>]/i.test(Buffer.from(file.subarray(0, 4096)).toString('latin1'))
