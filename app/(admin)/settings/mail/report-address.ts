import type { MailServerView } from '@/domain/mail-server/versions'

/** The page that shows the report of a test beside the settings that were tested. */
export const reportAddress = (
  { mailServerId, versionId, state }: Pick<MailServerView, 'mailServerId' | 'versionId' | 'state'>,
  testId: string,
) =>
  `/settings/mail/${mailServerId}?${new URLSearchParams({ ...(state !== 'active' && { version: versionId }), test: testId })}`
