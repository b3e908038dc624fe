// All that the audit tells of, by what it is about. What is not here cannot be recorded; its words stand in the
// catalogues under `audit.actions`.

export const actionsOf = {
  'sign-in': [
    'sign-in.succeeded',
    'sign-in.failed',
    'sign-in.limited',
    'session.signed-out',
    'session.signed-out-everywhere',
    'session.ended',
  ],
  account: [
    'activation.sent',
    'activation.link-shown',
    'account.activated',
    'account.unlocked',
    'password.changed',
    'password.reset',
    'password.wrong',
    'password-reset.sent',
    'password-reset.not-sent',
    'password-reset.limited',
    'password-reset.link-shown',
    'link-code.wrong',
    'link-code.limited',
    'email-change.requested',
    'email-change.confirmed',
    'email-change.cancelled',
    'profile.changed',
  ],
  user: [
    'user.added',
    'user.changed',
    'user.address-corrected',
    'user.address-taken',
    'user.disabled',
    'user.enabled',
    'user.deleted',
    'users.changed',
    'users.exported',
    'users.imported',
    'users.import-undone',
  ],
  tenant: [
    'tenant.created',
    'tenant.renamed',
    'tenant.deleted',
    'customer.created',
    'customer.renamed',
    'customer.deleted',
  ],
  'mail-server': [
    'mail-server.created',
    'mail-server.changed',
    'mail-server.connected',
    'mail-server.tested',
    'mail-server.test-cancelled',
    'mail-server.moved',
    'mail-server.enabled',
    'mail-server.disabled',
    'mail-server.paused',
    'mail-server.resumed',
    'mail-server.tried',
    'mail-server.limits-changed',
    'mail-server.deleted',
    'dkim.created',
    'dkim.activated',
    'dkim.deactivated',
    'dkim.deleted',
  ],
  outbox: [
    'mail.merged',
    'mail.limited',
    'mail.sent-again',
    'mail.arrived',
    'mail.cancelled',
    'outbox.paused',
    'outbox.resumed',
    'outbox.retried',
    'outbox.retention-changed',
    'inbox.emptied',
  ],
  settings: [
    'settings.changed',
    'installation.set-up',
    'installation.setup-link-issued',
    'keyring.rotated',
    'audit.exported',
    'audit.retention-changed',
  ],
} as const

export type ActionGroup = keyof typeof actionsOf
export type AuditAction = (typeof actionsOf)[ActionGroup][number]

export const actionGroups = Object.keys(actionsOf) as ActionGroup[]

/** What anybody can cause without an account. It is of use while somebody asks what has just happened. */
export const noise: AuditAction[] = [
  'sign-in.failed',
  'sign-in.limited',
  'password-reset.not-sent',
  'password-reset.limited',
  'link-code.wrong',
  'link-code.limited',
  'mail.limited',
]
