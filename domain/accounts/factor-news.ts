// What a person is told by mail of their second factor, so that they notice when it was not they.
import type { Actor } from '@/domain/viewer'
import { mailTexts } from '@/emails/_components/texts'
import type { User } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { displayName } from './user'
import { mailToUser } from './user-mail'

export type FactorChange =
  | 'app-added'
  | 'passkey-added'
  | 'app-removed'
  | 'passkey-removed'
  | 'all-removed'
  | 'codes-made'
  | 'code-used'

/** Mails a person what has changed about how they sign in. */
export async function tellFactorChanged(tx: Tx, user: User, actor: Actor, change: FactorChange) {
  const t = await mailTexts(user.locale)
  await mailToUser(tx, user, actor, {
    kind: 'sign-in-security-changed',
    parameters: {
      name: displayName(user),
      change: t(`sign-in-security-changed.changes.${change}`),
      changedAt: now().toISOString(),
    },
  })
}
