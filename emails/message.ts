import type { MailTexts } from './_components/texts'

/** A mail to one person, with all it says filled in. Moments are ISO 8601, links complete. */
export type MailMessage =
  | { kind: 'test'; params: { serverName: string; host: string; requestedBy: string } }
  | {
      kind: 'activation'
      params: { name: string; invitedBy: string | null; link: string; expiresAt: string }
    }
  | { kind: 'account-activated'; params: { name: string; email: string; signInUrl: string } }
  | { kind: 'password-reset'; params: { name: string; link: string; expiresAt: string } }
  | { kind: 'password-changed'; params: { name: string; changedAt: string; resetUrl: string } }
  | { kind: 'confirm-new-email'; params: { name: string; newEmail: string; link: string; expiresAt: string } }
  | { kind: 'email-changed'; params: { name: string; oldEmail: string; newEmail: string; changedAt: string } }
  | { kind: 'email-taken'; params: { name: string; email: string; askedAt: string; resetUrl: string } }

export type MailKind = MailMessage['kind']

/** The parameters of each kind, by name. */
export const parametersOf: { [Kind in MailKind]: readonly Parameter<Kind>[] } = {
  test: ['serverName', 'host', 'requestedBy'],
  activation: ['name', 'invitedBy', 'link', 'expiresAt'],
  'account-activated': ['name', 'email', 'signInUrl'],
  'password-reset': ['name', 'link', 'expiresAt'],
  'password-changed': ['name', 'changedAt', 'resetUrl'],
  'confirm-new-email': ['name', 'newEmail', 'link', 'expiresAt'],
  'email-changed': ['name', 'oldEmail', 'newEmail', 'changedAt'],
  'email-taken': ['name', 'email', 'askedAt', 'resetUrl'],
}

type Parameter<Kind extends MailKind> = keyof Extract<MailMessage, { kind: Kind }>['params']

/** What the component of one kind of mail takes: its parameters and the words of the reader's language. */
export type MailProps<Kind extends MailKind> = Extract<MailMessage, { kind: Kind }>['params'] & {
  t: MailTexts
}
