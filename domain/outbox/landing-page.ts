import type { MailLink } from '@/domain/links/link-token'
import { env } from '@/lib/env'

/** The address of a landing page. Always from APP_URL, never from a request. */
export const landingPage = (path: MailLink['path'] | 'alarm' | 'stop-mails', token: string) =>
  `${env().appUrl}/${path}/${token}`
