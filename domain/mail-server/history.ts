// The history of a mail server: its versions, and who changed what.

import type { SecretName } from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import type { MailServerVersion } from '@/generated/prisma/client'
import { db, rowId } from '@/lib/db'
import type { MailServerField } from './form'
import { formFields } from './form-fields'
import { scopeOf } from './scope'
import { secretsChanged } from './secrets'
import { type MailServerView, settingsOf, view } from './versions'

export type VersionEntry = MailServerView & {
  /** Null for what the installation made by itself. */
  by: string | null
  at: Date
  retiredAt: Date | null
  /** Against the version that was active before it; null for the first. Of a secret only that it changed. */
  changes: { field: MailServerField; before: string; after: string }[] | null
  secretsChanged: SecretName[]
}

/** The newest versions of a server, newest first. @throws Refusal not-allowed */
export async function mailServerHistory(
  viewer: Viewer,
  mailServerId: string,
  take = 20,
): Promise<VersionEntry[]> {
  const mailServer = await scopeOf(viewer)
  const rows = await db().mailServerVersion.findMany({
    where: { mailServerId: rowId(mailServerId), mailServer },
    orderBy: { number: 'desc' },
    take: take + 1,
  })
  return rows.slice(0, take).map((row, index) => {
    const before = rows.slice(index + 1).find(({ activatedAt }) => activatedAt !== null)
    return {
      ...view(row),
      by: row.createdBy,
      at: row.activatedAt ?? row.createdAt,
      retiredAt: row.retiredAt,
      ...changed(before, row),
    }
  })
}

function changed(
  before: MailServerVersion | undefined,
  after: MailServerVersion,
): Pick<VersionEntry, 'changes' | 'secretsChanged'> {
  if (!before) return { changes: null, secretsChanged: [] }
  const old = formFields(before.name, settingsOf(before))
  const fields = Object.entries(formFields(after.name, settingsOf(after))) as [MailServerField, string][]
  return {
    changes: fields
      .filter(([field, value]) => value !== old[field])
      .map(([field, value]) => ({ field, before: old[field], after: value })),
    secretsChanged: secretsChanged(before, after),
  }
}
