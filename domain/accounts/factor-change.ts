// A person sets up and removes their second factor. Each change asks for a fresh proof (proof.ts), is recorded, and
// is told to the person by mail.
import { v7 as uuid } from 'uuid'
import { record } from '@/domain/audit/audit'
import { readInstallation } from '@/domain/settings/installation'
import {
  type Actor,
  requireAdministrator,
  requireAnother,
  requireFreshProof,
  requireOwnSession,
  type Viewer,
} from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { inMinutes, now } from '@/lib/clock'
import { db, rowId, sqlNow, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { clearCodeAttempts } from './attempts'
import { emailKey } from './email-address'
import { admitCodeOf, hasFactor, holdSignIns, wrongCode } from './factor'
import { type FactorChange, tellFactorChanged } from './factor-news'
import { forgetOtherProofs, hasProved, requireProof } from './proof'
import { makeRecoveryCodes } from './recovery-codes'
import { endSessions } from './session'
import { appKeyUri, newAppKey, openAppKey, sealAppKey, stepOf } from './totp'
import { holdAccount, manageableUser, userSubject } from './user'

/** For so long an app waits for its first code. */
const setUpMinutes = 30
const factorsAtMost = 10

/** Begins to set up an app, in the place of one that was begun before. @throws Refusal prove-yourself, too-many-factors */
export const beginApp = (viewer: Viewer): Promise<void> =>
  transaction(async tx => {
    await requireProof(tx, viewer)
    await refuseTooManyFactors(tx, viewer)
    await dropBegun(tx, viewer)
    const id = uuid()
    await tx.factor.create({
      data: {
        ...{ id, userId: viewer.id, kind: 'totp', name: '', createdAt: now() },
        sealedSecret: sealAppKey(id, newAppKey()),
        sessionId: viewer.sessionId,
      },
    })
  })

/** Gives up an app that was begun. @throws Refusal acting-as */
export const cancelApp = (viewer: Viewer): Promise<void> =>
  transaction(async tx => {
    requireOwnSession(viewer)
    await dropBegun(tx, viewer)
  })

/** The key of the app that the viewer sets up in this session, as text and for a QR code; null if there is none. */
export async function begunApp(viewer: Viewer): Promise<{ key: string; uri: string } | null> {
  const app = await begunIn(db(), viewer)
  if (!app || !(await hasProved(viewer))) return null
  const key = openAppKey(app)
  return { key, uri: appKeyUri(key, (await readInstallation()).name, viewer.email) }
}

/**
 * Confirms an app with its first code; from then on the account is asked for one.
 * @returns recovery codes if it is the first factor, to be shown once
 * @throws Refusal prove-yourself, no-app-begun, wrong-code, too-many-codes
 */
export async function confirmApp(viewer: Viewer, code: string): Promise<string[] | null> {
  await requireProof(db(), viewer)
  if (!(await begunIn(db(), viewer))) throw new Refusal('no-app-begun')
  const forget = await admitCodeOf(viewer.email, viewer.address)
  const codes = await transaction(async tx => {
    await requireProof(tx, viewer)
    await holdSignIns(tx, viewer.id)
    const app = await begunIn(tx, viewer)
    if (!app) throw new Refusal('no-app-begun')
    const step = stepOf(openAppKey(app), code)
    if (step === null) return false
    const first = !(await hasFactor(tx, viewer.id))
    const { count } = await tx.factor.updateMany({
      where: { id: app.id, confirmedAt: null },
      data: { confirmedAt: now(), lastStep: step, sessionId: null },
    })
    if (count === 0) throw new Refusal('no-app-begun')
    await record(tx, viewer, 'factor.app-added', userSubject(viewer))
    return added(tx, viewer, 'app-added', first)
  })
  if (codes === false) throw wrongCode()
  await forget()
  return codes
}

/** What becomes of a factor that was just added. @returns recovery codes with the first one */
export async function added(
  tx: Tx,
  viewer: Viewer,
  change: FactorChange,
  first: boolean,
): Promise<string[] | null> {
  await forgetOtherProofs(tx, viewer)
  await tellOwner(tx, viewer, change)
  return first ? makeRecoveryCodes(tx, viewer.id) : null
}

/** Removes one of the viewer's factors; with the last one go the recovery codes. @throws Refusal prove-yourself, factor-not-found */
export const removeFactor = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    await requireProof(tx, viewer)
    await holdSignIns(tx, viewer.id)
    const factor = await tx.factor.findFirst({
      where: { id: rowId(id), userId: viewer.id, confirmedAt: { not: null } },
    })
    if (!factor) throw new Refusal('factor-not-found')
    await tx.factor.delete({ where: { id: factor.id } })
    if (!(await hasFactor(tx, viewer.id))) await tx.recoveryCode.deleteMany({ where: { userId: viewer.id } })
    const change = factor.kind === 'passkey' ? 'passkey-removed' : 'app-removed'
    await record(tx, viewer, `factor.${change}`, userSubject(viewer))
    await tellOwner(tx, viewer, change)
  })

/** Makes new recovery codes, to be shown once. @throws Refusal prove-yourself, no-factor */
export const newRecoveryCodes = (viewer: Viewer): Promise<string[]> =>
  transaction(async tx => {
    await requireProof(tx, viewer)
    await holdSignIns(tx, viewer.id)
    if (!(await hasFactor(tx, viewer.id))) throw new Refusal('no-factor')
    await record(tx, viewer, 'factor.codes-made', userSubject(viewer))
    await tellOwner(tx, viewer, 'codes-made')
    return makeRecoveryCodes(tx, viewer.id)
  })

/**
 * Removes the second factor of a user who has lost it, and ends their sessions. Nobody gets round their own.
 * @throws Refusal not-allowed, not-yourself, prove-yourself, user-not-found, no-factor
 */
export const removeFactorsOf = (viewer: Viewer, userId: string): Promise<void> =>
  transaction(async tx => {
    requireAdministrator(viewer)
    requireOwnSession(viewer)
    requireAnother(viewer, userId)
    requireFreshProof(viewer)
    await removeAll(tx, await manageableUser(tx, viewer, userId), viewer)
  })

/** The same for an administrator at the machine, of any account. @throws Refusal user-not-found, no-factor */
export const disableFactor = (email: string, actor: Actor): Promise<void> =>
  transaction(async tx => {
    const user = await tx.user.findUnique({ where: { emailKey: emailKey(email) } })
    if (!user) throw new Refusal('user-not-found')
    await removeAll(tx, user, actor)
  })

async function removeAll(tx: Tx, user: User, actor: Actor): Promise<void> {
  await holdSignIns(tx, user.id)
  await holdAccount(tx, user)
  if (!(await hasFactor(tx, user.id))) throw new Refusal('no-factor')
  await tx.factor.deleteMany({ where: { userId: user.id } })
  await tx.recoveryCode.deleteMany({ where: { userId: user.id } })
  await endSessions(tx, user.id)
  await clearCodeAttempts(tx, user.emailKey)
  await record(tx, actor, 'factor.all-removed', userSubject(user))
  await tellFactorChanged(tx, user, actor, 'all-removed')
}

/** Mails the viewer what they have done. */
async function tellOwner(tx: Tx, viewer: Viewer, change: FactorChange): Promise<void> {
  const user = await tx.user.findUniqueOrThrow({ where: { id: viewer.id } })
  await tellFactorChanged(tx, user, viewer, change)
}

/** @throws Refusal too-many-factors */
export async function refuseTooManyFactors(tx: Tx, viewer: Viewer): Promise<void> {
  const count = await tx.factor.count({ where: { userId: viewer.id, confirmedAt: { not: null } } })
  if (count >= factorsAtMost) throw new Refusal('too-many-factors', { values: { most: factorsAtMost } })
}

const begunIn = (tx: Tx, viewer: Viewer) =>
  tx.factor.findFirst({
    where: {
      ...{ userId: viewer.id, sessionId: viewer.sessionId, kind: 'totp', confirmedAt: null },
      createdAt: { gt: inMinutes(-setUpMinutes) },
    },
  })

async function dropBegun(tx: Tx, viewer: Viewer): Promise<void> {
  await tx.factor.deleteMany({ where: { userId: viewer.id, confirmedAt: null } })
}

/** Deletes apps that nobody has confirmed in time. @returns how many */
export const deleteUnconfirmedFactors = (goOn: GoOn): Promise<number> =>
  deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "Factor" WHERE id IN (
        SELECT id FROM "Factor" WHERE "confirmedAt" IS NULL
          AND "createdAt" < ${sqlNow()} - ${setUpMinutes}::int * interval '1 minute' LIMIT ${batch})`,
  )
