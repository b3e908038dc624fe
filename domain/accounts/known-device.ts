// Browsers in which an account has signed in before. A browser keeps a mark for each of its accounts; nothing is
// stored here. A mark opens nothing: who guesses at an account elsewhere cannot use up what its owner may try.
import { randomUUID, timingSafeEqual } from 'node:crypto'
import { keyring } from '@/lib/keyring'

/** A mark for the browser in which an account has just proved who it is. */
export function markDevice(userId: string): string {
  const keyId = keyring().newestId
  const deviceId = randomUUID()
  return [keyId, deviceId, keyring().deviceProof(keyId, userId, deviceId)].join('.')
}

/** So many accounts of one browser are remembered. */
const accountsPerBrowser = 5

/** Marks as one text for a cookie, the newest first. */
export const writeMarks = (marks: string[]): string => marks.slice(0, accountsPerBrowser).join('~')
export const readMarks = (text: string): string[] => text.split('~').slice(0, accountsPerBrowser)

/**
 * The device that one of the marks proves for an account, or null. Without an account (there is none with the
 * address that was typed) the same work is done.
 */
export function knownDevice(marks: string[], userId: string | null): string | null {
  const devices = marks.map(mark => {
    const [keyId = '', deviceId = '', proof = ''] = mark.split('.')
    if (!keyring().ids.includes(keyId)) return null
    const right = Buffer.from(keyring().deviceProof(keyId, userId ?? nobody, deviceId))
    const shown = Buffer.from(proof)
    return right.length === shown.length && timingSafeEqual(right, shown) ? deviceId : null
  })
  return devices.find(device => device !== null) ?? null
}

const nobody = '00000000-0000-0000-0000-000000000000'
