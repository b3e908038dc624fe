// Saving a mail server: what was tested becomes the version in force.
import { record } from '@/domain/audit/audit'
import type { Viewer } from '@/domain/viewer'
import type { MailServerVersion } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { closedBreaker } from './breaker'
import { candidateFor, contentOf, type MailServerInput, movesAway, sameTransport } from './candidate'
import { pointsAtInbox } from './in-use'
import { secretsChanged } from './secrets'
import { type MailServerView, settingsOf, view } from './versions'

export type SaveOptions = {
  untested: boolean
  /**
   * `primary`: from now on all mail goes through it. `standby`, or left out: it keeps its place, behind all others
   * if it is new. The first server beside the built-in inbox is the primary in any case.
   */
  as?: 'primary' | 'standby'
}

/**
 * Makes what the form holds the active version of its mail server; the one before it retires.
 * @param allow `untested` to save what no test mail has proven; `as` what it is to be, see `SaveOptions`
 * @throws Refusal save-untested, save-failed (its test failed), and those of `createCandidate`
 */
export async function saveMailServer(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
  allow: SaveOptions = { untested: false },
): Promise<MailServerView> {
  const { candidate, base } = await candidateFor(tx, viewer, input)
  const { mailServerId } = candidate
  const before = await tx.mailServerVersion.findFirst({ where: { mailServerId, state: 'active' } })
  if (allow.as === 'primary') await becomePrimary(tx, mailServerId)
  if (candidate.id === before?.id) {
    await tx.mailServer.update({ where: { id: mailServerId }, data: closedBreaker })
    return view(before)
  }
  if (!allow.untested) requireProof(candidate, before, base)
  if (before) {
    await tx.mailServerVersion.update({
      where: { id: before.id },
      data: { state: 'retired', retiredAt: now() },
    })
  }
  const saved = await tx.mailServerVersion.update({
    where: { id: candidate.id },
    data: {
      state: 'active',
      activatedAt: now(),
      mailServer: {
        update: {
          name: candidate.name,
          ...closedBreaker,
          ...(await inboxOrNot(tx, candidate, before)),
        },
      },
    },
  })
  await record(
    tx,
    viewer,
    before ? 'mail-server.changed' : 'mail-server.created',
    { type: 'mail-server', id: mailServerId, label: candidate.name },
    {
      before: before ? audited(before) : undefined,
      after: audited(candidate, before),
    },
  )
  return view(saved)
}

/** Whoever points a server at the inbox by hand has made the inbox, until they point it elsewhere. */
async function inboxOrNot(
  tx: Tx,
  { mailServerId, ...saved }: MailServerVersion,
  before: MailServerVersion | null,
): Promise<{ builtin: boolean }> {
  const settings = settingsOf(saved)
  const { builtin } = await tx.mailServer.findUniqueOrThrow({ where: { id: mailServerId } })
  const stays = before !== null && !movesAway(settingsOf(before), settings)
  return { builtin: pointsAtInbox(settings) || (builtin && stays) }
}

/** Puts a server before all others. */
async function becomePrimary(tx: Tx, id: string): Promise<void> {
  const others = { builtin: false, id: { not: id } }
  const first = await tx.mailServer.aggregate({ where: others, _min: { position: true } })
  const server = await tx.mailServer.findUniqueOrThrow({ where: { id } })
  const position = first._min.position
  if (position === null || server.position < position) return
  await tx.mailServer.update({ where: { id }, data: { position: position - 1 } })
}

/** Refuses what no test mail has gone through, unless only words around it differ from what did. */
function requireProof(candidate: MailServerVersion, ...known: (MailServerVersion | null)[]) {
  if (candidate.testResult === 'accepted') return
  const proven = known.some(
    version =>
      version &&
      (version.state === 'active' || version.testResult === 'accepted') &&
      sameTransport(contentOf(version), contentOf(candidate)),
  )
  if (!proven) throw new Refusal(candidate.testResult ? 'save-failed' : 'save-untested')
}

/** What the audit keeps of a version: its settings, and of a secret only whether it changed. */
const audited = (version: MailServerVersion, before?: MailServerVersion | null) => ({
  name: version.name,
  ...settingsOf(version),
  ...Object.fromEntries((before ? secretsChanged(before, version) : []).map(name => [name, 'changed'])),
})
