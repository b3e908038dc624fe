// What a person is told by mail of their second factor, so that they notice when it was not they.
import type { Actor } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { defaultLocale, locales, messagesFor } from '@/lib/i18n/locales'
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

const kind = 'sign-in-security-changed'

/** Mails a person what has changed about how they sign in. */
export async function tellFactorChanged(tx: Tx, user: User, actor: Actor, change: FactorChange) {
  await mailToUser(tx, user, actor, {
    kind,
    parameters: {
      name: displayName(user),
      change: await sentenceOf(change, user.locale),
      changedAt: now().toISOString(),
    },
  })
}

/** What has happened, in the language of the mail. */
async function sentenceOf(change: FactorChange, locale: string): Promise<string> {
  const messages = await messagesFor(locales.find(known => known === locale) ?? defaultLocale)
  const { emails } = messages as { emails: { [kind]: { changes: Record<FactorChange, string> } } }
  return emails[kind].changes[change]
}
