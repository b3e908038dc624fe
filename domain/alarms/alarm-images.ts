// The images of a tenant that the templates of its rules show by their names.
import { record } from '@/domain/audit/audit'
import { deleteUnusedImages, keepImage, type MailImageRef } from '@/domain/outbox/mail-image'
import { keepTenant } from '@/domain/tenancy/keep'
import { type Viewer, visibleTenant } from '@/domain/viewer'
import { type AlarmImage, Prisma } from '@/generated/prisma/client'
import { checkedImage } from '@/lib/checked-image'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { sandboxLimits } from './sandbox'
import { tenantOf } from './tenant-of'

/** A tenant has no more than these. */
export const mostImages = 20

/** By its name a template refers to it: nothing in it ends a text in quotes, and it reads the same in a mail's header. */
const nameOfImage = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._ -]{0,79}$/u

/** The images of a tenant by their names. @throws Refusal not-allowed, tenant-required, tenant-not-found */
export const listAlarmImages = async (viewer: Viewer, tenantId?: string): Promise<AlarmImage[]> =>
  db().alarmImage.findMany({
    where: { tenantId: rowId(tenantOf(viewer, tenantId)) },
    orderBy: { name: 'asc' },
  })

/** An image with its bytes. @throws Refusal not-allowed, alarm-image-not-found */
export async function readAlarmImage(viewer: Viewer, id: string) {
  const where = { id: rowId(id), ...visibleTenant(viewer) }
  const row = await db().alarmImage.findFirst({ where, include: { image: true } })
  if (!row) throw new Refusal('alarm-image-not-found')
  const { hash, type, image } = row.image
  return { hash, type, image }
}

/**
 * Keeps an image under the name of its file. One of that name is replaced: mails that were made stay as they were.
 * @throws Refusal not-allowed, tenant-required, tenant-not-found; at `file` alarm-image-name, alarm-image-too-large,
 *   alarm-image-svg, alarm-image-type, alarm-image-sides, too-many-alarm-images
 */
export async function addAlarmImage(
  viewer: Viewer,
  { name: typed, bytes }: { name: string; bytes: Uint8Array },
  named?: string,
): Promise<string> {
  const tenantId = rowId(tenantOf(viewer, named))
  // Of one letter in two ways of writing it a person sees no difference.
  const name = typed.normalize('NFC').trim()
  if (!nameOfImage.test(name)) throw new Refusal('alarm-image-name', { field: 'file' })
  const { hash, type, image, width, height } = checkedImage(bytes, 'alarm-image', [
    'image/png',
    'image/jpeg',
    'image/webp',
    'image/gif',
  ])
  return transaction(async tx => {
    if (!(await keepTenant(tx, tenantId))) throw new Refusal('tenant-not-found')
    const images = await heldImages(tx, tenantId)
    const before = images.find(one => one.name === name)
    if (before?.hash === hash) return before.id
    if (!before && images.length >= mostImages)
      throw new Refusal('too-many-alarm-images', { field: 'file', values: { most: mostImages } })
    await keepImage(tx, { hash, type, image })
    const data = { tenantId, name, hash, size: image.length, width, height }
    const row = before
      ? await tx.alarmImage.update({ where: { id: before.id }, data })
      : await tx.alarmImage.create({ data })
    if (before) await deleteUnusedImages(tx, isNamed, before.hash)
    await record(tx, viewer, before ? 'alarm-image.replaced' : 'alarm-image.added', subjectOf(row))
    return row.id
  })
}

/** Deletes an image; mails that carry it keep it. @throws Refusal not-allowed, alarm-image-not-found */
export const deleteAlarmImage = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    const where = { id: rowId(id), ...visibleTenant(viewer) }
    const row = await tx.alarmImage.findFirst({ where })
    if (!row || (await tx.alarmImage.deleteMany({ where: { id: row.id } })).count === 0)
      throw new Refusal('alarm-image-not-found')
    await deleteUnusedImages(tx, isNamed, row.hash)
    await record(tx, viewer, 'alarm-image.deleted', subjectOf(row))
  })

/** Deletes the bytes of images that no tenant names and no mail carries any more. @returns how many */
export const tidyImages = (): Promise<number> => transaction(tx => deleteUnusedImages(tx, isNamed))

const isNamed = Prisma.sql`EXISTS (SELECT FROM "AlarmImage" named WHERE named.hash = image.hash)`

/** What templates can show, by name. */
export type Images = Map<string, MailImageRef & { size: number }>

export async function imagesOf(tenantId: string): Promise<Images> {
  const rows = await db().alarmImage.findMany({
    where: { tenantId },
    select: { name: true, hash: true, size: true, image: { select: { type: true } } },
  })
  return new Map(
    rows.map(({ name, hash, size, image: { type } }) => [name, { name, hash, size, type }] as const),
  )
}

/** @throws Refusal at `html` alarm-image-unknown, too-many-images-in-mail */
export async function refuseImages(tenantId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const images = await imagesOf(tenantId)
  const unknown = names.find(name => !images.has(name))
  if (unknown !== undefined)
    throw new Refusal('alarm-image-unknown', { field: 'html', values: { name: unknown } })
  const size = names.reduce((sum, name) => sum + (images.get(name)?.size ?? 0), 0)
  const { images: most, imageBytes } = sandboxLimits
  if (names.length > most || size > imageBytes)
    throw new Refusal('too-many-images-in-mail', { field: 'html', values: { most } })
}

/** The images of a tenant, which nobody else adds to until the transaction ends. */
async function heldImages(tx: Tx, tenantId: string): Promise<AlarmImage[]> {
  await tx.$queryRaw`SELECT 1 FROM "Tenant" WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`
  return tx.alarmImage.findMany({ where: { tenantId } })
}

const subjectOf = ({ id, name, tenantId }: AlarmImage) => ({
  type: 'alarm-image' as const,
  id,
  label: name,
  tenantId,
})
