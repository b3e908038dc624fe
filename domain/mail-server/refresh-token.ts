// The refresh token of a mail server, which several nodes and versions hold and one may spend at a time.
import { setTimeout } from 'node:timers/promises'
import type { InTurn } from '@/domain/smtp/oauth'
import { db, transaction } from '@/lib/db'
import { persist } from '@/lib/group-commit'
import { hashToken } from '@/lib/keyring'
import { comparable, sealed } from './secrets'
import type { UsableVersion } from './versions'

/** How often a node that waits for its turn looks whether it has come, in milliseconds. */
const look = 100
/** So much longer than the request itself may take lasts a turn, in seconds: a node that dies in it holds up no other for long. */
const reserve = 10

/**
 * Spends the refresh token of a version: of all nodes one at a time, each the one that the node before it was given
 * (RFC 6749 §6). The new one is stored, for as long as the database is away too, before anybody else has a turn; also
 * with the other versions of the server that hold the same, since what was spent for a test is spent for all mails.
 */
export const inTurn =
  (version: Pick<UsableVersion, 'id' | 'settings' | 'secrets'>): InTurn =>
  async spend => {
    const serverId = await takeTurn(version.id, version.settings.timeoutSeconds + reserve)
    const held = (await heldNow(version.id)) ?? version.secrets.refreshToken ?? ''
    let renewed: string | null = null
    try {
      const answer = await spend(held)
      if (answer.refreshToken !== held) renewed = answer.refreshToken
      return answer
    } finally {
      if (serverId) await persist(() => endTurn(serverId, held, renewed))
    }
  }

/** @returns the server whose turn it is; null if it is gone */
async function takeTurn(versionId: string, seconds: number): Promise<string | null> {
  const version = await db().mailServerVersion.findUnique({ where: { id: versionId } })
  if (!version) return null
  for (;;) {
    const rows = await db().$queryRaw<unknown[]>`
      UPDATE "MailServer" SET "tokenTurnEndsAt" = now() + ${seconds}::float * interval '1 second'
      WHERE id = ${version.mailServerId}::uuid AND coalesce("tokenTurnEndsAt" < now(), true)
      RETURNING id`
    if (rows.length > 0) return version.mailServerId
    if ((await db().mailServer.count({ where: { id: version.mailServerId } })) === 0) return null
    await setTimeout(look)
  }
}

async function heldNow(versionId: string): Promise<string | null> {
  const version = await db().mailServerVersion.findUnique({ where: { id: versionId } })
  return version && comparable(version).refreshToken
}

const endTurn = (mailServerId: string, held: string, renewed: string | null): Promise<void> =>
  transaction(async tx => {
    if (renewed !== null)
      for (const version of await tx.mailServerVersion.findMany({
        where: { mailServerId, sealedRefreshToken: { not: null } },
      }))
        if (comparable(version).refreshToken === held)
          await tx.mailServerVersion.update({
            where: { id: version.id },
            data: {
              ...sealed(version.id, { refreshToken: renewed }),
              enteredRefreshToken: version.enteredRefreshToken ?? hashToken(held),
            },
          })
    await tx.mailServer.updateMany({ where: { id: mailServerId }, data: { tokenTurnEndsAt: null } })
  })
