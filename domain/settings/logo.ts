// The logo of the installation.
import { record } from '@/domain/audit/audit'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import type { Logo as Row } from '@/generated/prisma/client'
import { checkedImage } from '@/lib/checked-image'
import { db, transaction } from '@/lib/db'
import { locks } from '@/lib/locks'
import { installationDefaults, readInstallationAndLogo, rowOf } from './installation'

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
 * Puts an image in the place of the logo: PNG, JPEG or WebP; null takes it away.
 * @throws Refusal not-allowed, logo-too-large, logo-svg, logo-type, logo-sides
 */
export async function changeLogo(viewer: Viewer, file: Uint8Array | null): Promise<void> {
  requireSystemAdministrator(viewer)
  const logo = file && checkedImage(file, 'logo', ['image/png', 'image/jpeg', 'image/webp'])
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
