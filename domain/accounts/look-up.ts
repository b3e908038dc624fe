// What somebody looks for by a few letters: users, the places they belong to, and mails.
import { newestMails } from '@/domain/mail-log/mail-list'
import { placesNamed } from '@/domain/tenancy/tenants'
import type { Viewer } from '@/domain/viewer'
import type { OutboundMail } from '@/generated/prisma/client'
import { db } from '@/lib/db'
import { displayName } from './user'
import { usersFound } from './user-filter'

/** So many of each are told. */
const most = 5

export type LookedUp = {
  users: { id: string; email: string; name: string }[]
  tenants: { id: string; name: string }[]
  customers: { id: string; name: string }[]
  mails: Pick<OutboundMail, 'id' | 'recipient' | 'kind' | 'createdAt'>[]
}

/**
 * The first few of everything that the viewer may see in which a text is found; nothing for no text. A mail is found by
 * its recipient, its id or its Message-ID, if it is among the newest or the text is the whole of one of these.
 * @throws Refusal not-allowed
 */
export async function lookUp(viewer: Viewer, text: string): Promise<LookedUp> {
  const where = usersFound(viewer, { search: text })
  if (!text.trim()) return { users: [], tenants: [], customers: [], mails: [] }
  const [users, places, mails] = await Promise.all([
    db().user.findMany({ where, orderBy: { emailKey: 'asc' }, take: most }),
    placesNamed(viewer, text, most),
    newestMails(viewer, { search: text.trim() }, most),
  ])
  return {
    users: users.map(user => ({ id: user.id, email: user.email, name: displayName(user) })),
    ...places,
    mails: mails.map(({ id, recipient, kind, createdAt }) => ({ id, recipient, kind, createdAt })),
  }
}
