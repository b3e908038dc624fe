// `npm run admin -- verify-audit`: whether the audit is as it was written, in words.
import {
  type Break,
  type BreakCause,
  type KnownSeal,
  type Verification,
  verifyAudit,
} from '@/domain/audit/verification'

/** @param noted the end of the chain as this command printed it before: `17:9f2c…`; empty for none */
export async function verify(noted = ''): Promise<{ lines: string[]; failed: boolean; data?: unknown }> {
  const known = noted ? sealOf(noted) : null
  if (noted && !known) return { lines: ['A seal is noted as NUMBER:HASH.'], failed: true }
  const found = await verifyAudit(known)
  const failed = found.breaks.length > 0 || found.holdsKnown === false
  return { lines: told(found, failed), failed, data: { sound: !failed, ...found, last: noteOf(found.last) } }
}

function told(found: Verification, failed: boolean): string[] {
  const { seals, events, pruned, unsealed, unsealedSince, last, holdsKnown } = found
  const lines = [
    `${count(seals, 'seal')}, ${count(events, 'event')} checked.` +
      (pruned > 0 ? ` ${count(pruned, 'older event')} went after the time that events are kept.` : ''),
  ]
  if (unsealed > 0 && unsealedSince)
    lines.push(
      `${count(unsealed, 'event')} since ${unsealedSince.toISOString()}: not sealed yet, and not checked.`,
    )
  lines.push(...found.breaks.map(inWords))
  if (holdsKnown === false)
    lines.push('The seal that you have noted is not in the chain: its end was cut off, or it was made anew.')
  if (last) lines.push(`The last seal is ${noteOf(last)}. Note it where nobody with this database can write.`)
  lines.push(failed ? 'The audit is not as it was written.' : 'The audit is as it was written.')
  return lines
}

const causes: Record<BreakCause, string> = {
  'seals-missing': 'this seal is missing, and whatever comes before the next one.',
  'key-missing':
    'the key that it was made with is missing or was changed, so nobody can say whether it is real.',
  'seal-forged': 'it was not made by this Latchkey, was changed, or does not follow the one before it.',
  'events-missing': 'events were deleted.',
  'events-added': 'events were added.',
  'events-changed': 'events were changed.',
  'deletion-unknown': 'its events were deleted, and not by this Latchkey.',
}

const inWords = ({ seal, cause, from, to }: Break): string =>
  `Seal ${seal}${from && to ? ` (${from.toISOString()} to ${to.toISOString()})` : ''}: ${causes[cause]}`

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

const noteOf = (seal: KnownSeal | null) => seal && `${seal.number}:${seal.hash}`

function sealOf(noted: string): KnownSeal | null {
  const [, number, hash] = /^(\d{1,9}):([\da-f]{64})$/.exec(noted) ?? []
  return number && hash ? { number: Number(number), hash } : null
}
