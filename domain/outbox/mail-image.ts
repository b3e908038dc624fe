// Images that mails carry within them. A mail's parameters name them by their hashes, so that the same bytes are stored
// once, and they stay while any mail refers to them: a mail that is sent again is the one that it was.
import type { Prisma } from '@/generated/prisma/client'
import { db, type Tx } from '@/lib/db'

/** An image as the parameters of a mail refer to it: its words show it by `inlineImageAddress`. */
export type MailImageRef = { hash: string; name: string; type: string }

export type CarriedImage = MailImageRef & { image: Uint8Array }

/** The Content-ID (RFC 2392) of an image with this hash, without its brackets. */
export const contentId = (hash: string): string => `${hash}@latchkey`

/** The address by which the HTML of a mail shows an image that the mail carries. */
export const inlineImageAddress = (hash: string): string => `cid:${contentId(hash)}`

/** Stores the bytes of an image, held until the transaction ends. */
export async function keepImage(tx: Tx, { hash, type, image }: Omit<CarriedImage, 'name'>): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "MailImage" AS known (hash, type, image) VALUES (${hash}, ${type}, ${image})
    ON CONFLICT (hash) DO UPDATE SET type = known.type`
}

/** Notes which images mails carry. One that went a moment ago is none of theirs. */
export async function noteImages(tx: Tx, uses: readonly { mailId: string; hash: string }[]): Promise<void> {
  if (uses.length === 0) return
  await tx.$executeRaw`
    INSERT INTO "MailImageUse" ("mailId", hash)
    SELECT u."mailId", image.hash
    FROM json_to_recordset(${JSON.stringify(uses)}::json) AS u("mailId" uuid, hash text)
    JOIN "MailImage" image ON image.hash = u.hash
    FOR KEY SHARE OF image
    ON CONFLICT DO NOTHING`
}

/**
 * Deletes images that no mail carries any more.
 * @param held what else holds an `image`, as a condition @param which the hash of the only one to look at @returns how many
 */
export async function deleteUnusedImages(tx: Tx, held: Prisma.Sql, which?: string): Promise<number> {
  // Held first and looked at then, so that whoever refers to one meanwhile is seen.
  const rows = await tx.$queryRaw<{ hash: string }[]>`
    SELECT hash FROM "MailImage" image
    WHERE (${which ?? null}::text IS NULL OR hash = ${which ?? null}::text)
      AND NOT EXISTS (SELECT FROM "MailImageUse" use WHERE use.hash = image.hash) AND NOT (${held})
    LIMIT 1000 FOR UPDATE SKIP LOCKED`
  return tx.$executeRaw`
    DELETE FROM "MailImage" image WHERE hash = ANY (${rows.map(({ hash }) => hash)}::text[])
      AND NOT EXISTS (SELECT FROM "MailImageUse" use WHERE use.hash = image.hash) AND NOT (${held})`
}

/** So many are kept at hand: each recipient of a mail gets the same ones. */
const atHand = 20
const known = new Map<string, Uint8Array<ArrayBuffer>>()

/** The images with their bytes. One that is not there is left out: what it was called stands in its place. */
export async function readImages(refs: readonly MailImageRef[] = []): Promise<CarriedImage[]> {
  const missing = refs.flatMap(({ hash }) => (known.has(hash) ? [] : hash))
  const rows = missing.length > 0 ? await db().mailImage.findMany({ where: { hash: { in: missing } } }) : []
  const found = new Map([...known, ...rows.map(({ hash, image }) => [hash, image] as const)])
  if (known.size + rows.length > atHand) known.clear()
  for (const { hash, image } of rows) known.set(hash, image)
  return refs.flatMap(ref => {
    const image = found.get(ref.hash)
    return image ? { ...ref, image } : []
  })
}

/** HTML that shows its images without a mail around it. */
export const withImages = (html: string, images: readonly CarriedImage[]): string =>
  images.reduce(
    (words, { hash, type, image }) =>
      words.replaceAll(
        inlineImageAddress(hash),
        `data:${type};base64,${Buffer.from(image).toString('base64')}`,
      ),
    html,
  )
