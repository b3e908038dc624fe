import type { MailTexts } from './_components/texts'

/** What stands in every mail to somebody with an account. */
type Account<Rest> = {
  /** What the reader is called; empty where that is not known */
  name: string
  /** Whose account it is: the tenant's name, or that of the installation */
  organisation: string
  /** Where one signs in: the host of APP_URL */
  site: string
  /** Where to find help; null where no such address is set */
  support: string | null
} & Rest

/** What stands in a mail with a link that ends. */
type Ending<Rest> = { link: string; expiresAt: string; validFor: string } & Account<Rest>

/** The same, with the code that does what the link does, and where it is typed. */
type Coded<Rest> = Ending<{ code: string; codeUrl: string } & Rest>

/**
 * A mail to one person, with all it says filled in. Moments are ISO 8601 with the zone they are told in
 * (RFC 9557), spans ISO 8601, links complete.
 */
export type MailMessage =
  | {
      kind: 'test'
      params: Omit<Account<{ serverName: string; host: string; requestedBy: string }>, 'name'>
    }
  | { kind: 'activation'; params: Coded<{ invitedBy: string | null; email: string }> }
  | { kind: 'account-activated'; params: Account<{ email: string; signInUrl: string }> }
  | { kind: 'password-reset'; params: Coded<{ email: string }> }
  | { kind: 'password-changed'; params: Account<{ email: string; changedAt: string; resetUrl: string }> }
  | {
      kind: 'sign-in-security-changed'
      /** `change` is a sentence in the reader's language */
      params: Account<{ email: string; change: string; changedAt: string; resetUrl: string }>
    }
  | {
      kind: 'new-device'
      /** `device` is what it is called in the reader's language */
      params: Ending<{ email: string; device: string; address: string; seenAt: string }>
    }
  | { kind: 'setup'; params: Ending<{ email: string }> }
  | { kind: 'sign-in-slowed'; params: Ending<{ email: string; seenAt: string }> }
  | { kind: 'confirm-new-email'; params: Ending<{ newEmail: string }> }
  | { kind: 'email-changed'; params: Account<{ oldEmail: string; newEmail: string; changedAt: string }> }
  | { kind: 'email-taken'; params: Account<{ email: string; askedAt: string; resetUrl: string }> }

export type MailKind = MailMessage['kind']

const account = ['name', 'organisation', 'site', 'support'] as const
const ending = [...account, 'link', 'expiresAt', 'validFor'] as const
const coded = [...ending, 'code', 'codeUrl'] as const

/** The parameters of each kind, by name. */
export const parametersOf: { [Kind in MailKind]: readonly Parameter<Kind>[] } = {
  test: ['serverName', 'host', 'requestedBy', 'organisation', 'site', 'support'],
  activation: [...coded, 'invitedBy', 'email'],
  'account-activated': [...account, 'email', 'signInUrl'],
  'password-reset': [...coded, 'email'],
  'password-changed': [...account, 'email', 'changedAt', 'resetUrl'],
  'sign-in-security-changed': [...account, 'email', 'change', 'changedAt', 'resetUrl'],
  'new-device': [...ending, 'email', 'device', 'address', 'seenAt'],
  setup: [...ending, 'email'],
  'sign-in-slowed': [...ending, 'email', 'seenAt'],
  'confirm-new-email': [...ending, 'newEmail'],
  'email-changed': [...account, 'oldEmail', 'newEmail', 'changedAt'],
  'email-taken': [...account, 'email', 'askedAt', 'resetUrl'],
}

type Parameter<Kind extends MailKind> = keyof Extract<MailMessage, { kind: Kind }>['params']

/** What the component of one kind of mail takes: its parameters and the words of the reader's language. */
export type MailProps<Kind extends MailKind> = Extract<MailMessage, { kind: Kind }>['params'] & {
  t: MailTexts
}
