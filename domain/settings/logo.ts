// The logo of the installation.
import { createHash } from 'node:crypto'
import { record } from '@/domain/audit/audit'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import type { Logo as Row } from '@/generated/prisma/client'
import { db, transaction } from '@/lib/db'
import { imageFacts } from '@/lib/image'
import { locks } from '@/lib/locks'
import { Refusal } from '@/lib/refusal'
import { installationDefaults, readInstallationAndLogo, rowOf } from './installation'

/** The longest file, in bytes, and its longest side, in pixels. */
export const longestLogo = 200_000
const longestSide = 2_000

/** The image, which every page shows; null where there is none. */
export async function logoImage(): Promise<Row | null> {
  const { logo } = await readInstallationAndLogo()
  if (!logo) return null
  // Anybody may ask for it: from the database it comes once, for its hash says what it is.
  if (held?.hash !== logo.hash) held = await db().logo.findUnique({ where: { hash: logo.hash } })
  return held
}

let held: Row | null = null

/**
 * Puts an image in the place of the logo; null takes it away. PNG, JPEG and WebP show and do nothing else. SVG is a
 * document that can run scripts and fetch from elsewhere, so it is refused.
 * @throws Refusal not-allowed, logo-too-large, logo-svg, logo-type, logo-sides
 */
export async function changeLogo(viewer: Viewer, file: Uint8Array | null): Promise<void> {
  requireSystemAdministrator(viewer)
  const logo = file && checked(file)
  await transaction(async tx => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.installation}::bigint)`
    const before = (await tx.installation.findUnique({ where: { id: 1 } }))?.logoHash ?? null
    if (before === (logo?.hash ?? null)) return
    await tx.logo.deleteMany()
    if (logo) await tx.logo.create({ data: logo })
    const { hash = null, width = null, height = null } = logo ?? {}
    const data = { logoHash: hash, logoWidth: width, logoHeight: height }
    const create = { id: 1, ...rowOf(installationDefaults), ...data }
    await tx.installation.upsert({ where: { id: 1 }, create, update: data })
    const subject = { type: 'installation' as const, id: null, label: 'settings' }
    await record(tx, viewer, 'settings.logo-changed', subject, { after: { logo: hash ? 'own' : 'built-in' } })
  })
}

function checked(image: Uint8Array) {
  if (image.length > longestLogo) throw new Refusal('logo-too-large', { field: 'file' })
  const facts = imageFacts(image)
  if (!facts) throw new Refusal(isSvg(image) ? 'logo-svg' : 'logo-type', { field: 'file' })
  const { width, height } = facts
  if (Math.min(width, height) < 1 || Math.max(width, height) > longestSide)
    throw new Refusal('logo-sides', { field: 'file', values: { most: longestSide } })
  return {
    ...facts,
    image: Uint8Array.from(image),
    hash: createHash('sha256').update(image).digest('base64url'),
  }
}

const isSvg = (file: Uint8Array) => /<svg[\s>]/i.test(Buffer.from(file.subarray(0, 4096)).toString('latin1'))
