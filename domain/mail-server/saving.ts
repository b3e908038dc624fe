// Saving a mail server: what was tested becomes the version in force.
import { record } from '@/domain/audit/audit'
import { refuseDeclared, requireFreshProof, type Viewer } from '@/domain/viewer'
import type { MailServerVersion } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, type Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { closedBreaker } from './breaker'
import { candidateFor, contentOf, type MailServerInput, movesAway, sameTransport } from './candidate'
import { type Address, isInEarnest, pointsAtInbox, serversInUse } from './in-use'
import { enabling, isEnabled, type Scope, scopeOf } from './scope'
import { secretsChanged } from './secrets'
import { type MailServerView, settingsOf, view } from './versions'

export type SaveOptions = {
  untested: boolean
  /**
   * `primary`: from now on all mail goes through it. `standby`, or left out: it keeps its place, behind all others
   * if it is new. `ask`: refuses where that is for a person to say, with `save-place`. The first server beside the
   * built-in inbox is the primary in any case.
   */
  as?: 'primary' | 'standby' | 'ask'
}

/**
 * Makes what the form holds the active version of its mail server; the one before it retires.
 * @param allow `untested` to save what no test mail has proven; `as` what it is to be, see `SaveOptions`
 * @throws Refusal prove-yourself, declared, declared-first (others are, and go before it), save-untested, save-failed (its test failed), save-place (what is it to be?), and those of
 *   `createCandidate`
 */
export async function saveMailServer(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
  allow: SaveOptions = { untested: false },
): Promise<MailServerView> {
  const scope = await scopeOf(viewer, tx)
  requireFreshProof(viewer)
  const { candidate, base } = await candidateFor(tx, viewer, input)
  const { mailServerId } = candidate
  refuseDeclared(viewer, await tx.mailServer.findUniqueOrThrow({ where: { id: mailServerId } }))
  const before = await tx.mailServerVersion.findFirst({ where: { mailServerId, state: 'active' } })
  const unchanged = candidate.id === before?.id
  if (!unchanged && !allow.untested) requireProof(candidate, before, base)
  if (allow.as === 'ask' && (await standsByIn(tx, scope, mailServerId, settingsOf(candidate))))
    throw new Refusal('save-place')
  if (allow.as === 'primary') await becomePrimary(tx, viewer, scope, mailServerId)
  if (unchanged && before) {
    await tx.mailServer.update({ where: { id: mailServerId }, data: closedBreaker })
    return view(before)
  }
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
          ...(scope.tenantId === null && (await inboxOrNot(tx, candidate, before))),
        },
      },
    },
  })
  await record(
    tx,
    viewer,
    before ? 'mail-server.changed' : 'mail-server.created',
    { type: 'mail-server', id: mailServerId, label: candidate.name, ...scope },
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

/**
 * Whether a server can be the one that all mail goes through or stand by, so that a person has to say which: another
 * one sends now, or this one is switched off. Never the built-in inbox, which is for evaluation.
 */
export const mayStandBy = async (
  viewer: Viewer,
  mailServerId: string | null,
  at: Address | null,
): Promise<boolean> => standsByIn(db(), await scopeOf(viewer), mailServerId, at)

async function standsByIn(tx: Tx, scope: Scope, mailServerId: string | null, at: Address | null) {
  if ((at && pointsAtInbox(at)) || !(await isInEarnest(tx, scope))) return false
  const server = mailServerId && (await tx.mailServer.findFirst({ where: { id: mailServerId, ...scope } }))
  if (server && !isEnabled(server)) return true
  const [first] = await serversInUse(tx, scope)
  return first !== undefined && first.id !== mailServerId
}

/** Puts a server before all others, and lets mail leave through it. */
async function becomePrimary(tx: Tx, viewer: Viewer, scope: Scope, id: string): Promise<void> {
  const others = { ...scope, builtin: false, id: { not: id } }
  const first = await tx.mailServer.aggregate({ where: others, _min: { position: true } })
  const server = await tx.mailServer.findUniqueOrThrow({ where: { id } })
  const before = first._min.position
  const position = before === null ? server.position : Math.min(server.position, before - 1)
  if (isEnabled(server) && position === server.position) return
  if (!server.declared && (await tx.mailServer.count({ where: { ...others, declared: true } })) > 0)
    throw new Refusal('declared-first')
  await tx.mailServer.update({ where: { id }, data: { position, ...enabling(scope, true) } })
  await record(
    tx,
    viewer,
    'mail-server.moved',
    { type: 'mail-server', id, label: server.name, ...scope },
    { after: { direction: 'first' } },
  )
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
