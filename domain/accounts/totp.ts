// Codes of an authenticator app (RFC 6238), as every app makes them: SHA-1, six digits, a new one every 30 seconds.
import { Secret, TOTP } from 'otpauth'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import type { SealedColumn } from '@/lib/sealed-column'

/** The column that keys of apps are sealed in. */
export const sealedFactorSecret: SealedColumn = {
  table: 'Factor',
  column: 'sealedSecret',
  place: id => `Factor.sealedSecret:${id}`,
}

const scheme = { algorithm: 'SHA1', digits: 6, period: 30 }
/** A phone's clock may be so many steps wrong, either way. */
const stepsApart = 1

/** A fresh key in base32, as it can be typed into an app: 160 bits (RFC 4226 §4). */
export const newAppKey = (): string => new Secret({ size: 20 }).base32

export const sealAppKey = (factorId: string, key: string): string =>
  keyring().seal(key, sealedFactorSecret.place(factorId))

export const openAppKey = ({ id, sealedSecret }: { id: string; sealedSecret: string | null }): string =>
  keyring().open(sealedSecret ?? '', sealedFactorSecret.place(id))

/** What an app reads from a QR code. */
export const appKeyUri = (key: string, issuer: string, label: string): string =>
  new TOTP({ ...scheme, issuer, label, secret: Secret.fromBase32(key) }).toString()

/** The step of time that a code is of, or null if it is of none that is near. */
export function stepOf(key: string, code: string): number | null {
  const totp = new TOTP({ ...scheme, secret: Secret.fromBase32(key) })
  const timestamp = now().getTime()
  const delta = totp.validate({ token: code, timestamp, window: stepsApart })
  return delta === null ? null : totp.counter({ timestamp }) + delta
}

/**
 * Takes a code of one of the apps of an account. A step is taken once, and none before it: whoever has read a code
 * over somebody's shoulder comes too late.
 */
export async function takeAppCode(tx: Tx, userId: string, code: string): Promise<boolean> {
  if (!/^\d{6}$/.test(code)) return false
  const apps = await tx.factor.findMany({ where: { userId, kind: 'totp', confirmedAt: { not: null } } })
  for (const app of apps) {
    const step = stepOf(openAppKey(app), code)
    if (step === null) continue
    const { count } = await tx.factor.updateMany({
      where: { id: app.id, OR: [{ lastStep: null }, { lastStep: { lt: step } }] },
      data: { lastStep: step, lastUsedAt: now() },
    })
    if (count > 0) return true
  }
  return false
}
