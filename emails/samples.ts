// One mail of each kind, as somebody at an organisation gets it: for the previews, and for whoever looks at them.
import type { MailKind, MailMessage } from './message'

const account = {
  name: 'Anna Example',
  organisation: 'Acme Energy',
  site: 'accounts.example.org',
  support: 'help@example.org',
}
const email = 'anna@example.org'
const at = '2025-11-27T14:05:00Z[Europe/Berlin]'
const token = 'AbC-123_xyz-0123456789-0123456789-0123456789'
const code = { code: '7K3M-9QXT', codeUrl: 'https://accounts.example.org/code' }
const resetUrl = 'https://accounts.example.org/forgot-password'

export const samples: { [Kind in MailKind]: Extract<MailMessage, { kind: Kind }>['params'] } = {
  test: {
    serverName: 'Primary',
    host: 'smtp.example.org',
    requestedBy: 'sysadmin@example.org',
    organisation: 'Latchkey',
    site: account.site,
    support: account.support,
  },
  activation: {
    ...account,
    invitedBy: 'Tom Admin',
    email,
    link: `https://accounts.example.org/activate/${token}`,
    ...code,
    expiresAt: at,
    validFor: 'P3D',
  },
  'account-activated': { ...account, email, signInUrl: 'https://accounts.example.org/login' },
  'password-reset': {
    ...account,
    email,
    link: `https://accounts.example.org/reset-password/${token}`,
    ...code,
    expiresAt: at,
    validFor: 'PT1H',
  },
  'password-changed': { ...account, email, changedAt: at, resetUrl },
  'sign-in-security-changed': {
    ...account,
    email,
    change: 'An authenticator app was added.',
    changedAt: at,
    resetUrl,
  },
  'new-device': {
    ...account,
    email,
    device: 'Firefox on Windows',
    address: '192.0.2.7',
    seenAt: at,
    link: `https://accounts.example.org/not-me/${token}`,
    expiresAt: at,
    validFor: 'P7D',
  },
  setup: {
    ...account,
    name: '',
    email,
    link: `https://accounts.example.org/setup/${token}`,
    expiresAt: at,
    validFor: 'PT1H',
  },
  'sign-in-slowed': {
    ...account,
    email,
    seenAt: at,
    link: `https://accounts.example.org/not-me/${token}`,
    expiresAt: at,
    validFor: 'P7D',
  },
  'confirm-new-email': {
    ...account,
    newEmail: 'anna.new@example.org',
    link: `https://accounts.example.org/confirm-email/${token}`,
    expiresAt: at,
    validFor: 'PT24H',
  },
  'email-changed': { ...account, oldEmail: email, newEmail: 'anna.new@example.org', changedAt: at },
  'email-taken': { ...account, email, askedAt: at, resetUrl },
}
