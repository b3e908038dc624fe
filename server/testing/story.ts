// The story of an installation, told by its own functions: people who are in and one who is invited, mails that went and
// mails that wait, secrets of every kind, an audit under its seal. For what must not lose any of it: backups and upgrades.
import { activate, activationLink, invite } from '@/domain/accounts/activation'
import { sendResetLink } from '@/domain/accounts/password-reset'
import { type FactorWanted, signInWithCode } from '@/domain/accounts/pending-sign-in'
import { signIn } from '@/domain/accounts/sign-in'
import { codeOf, withApp } from '@/domain/accounts/testing/codes'
import { origin, password, twoTenants } from '@/domain/accounts/testing/people'
import { createKey, viewerOfKey } from '@/domain/api-keys/api-key'
import { sealEvents } from '@/domain/audit/sealing'
import { verifyAudit } from '@/domain/audit/verification'
import { createDkimKeys } from '@/domain/deliverability/dkim'
import { acceptKeyring } from '@/domain/keys/known-keys'
import { activeVersion, connectMailServer } from '@/domain/mail-server/testing/settings'
import { sendWaiting } from '@/domain/outbox/testing/worker'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { addWebhook } from '@/domain/webhooks/webhook'
import { now } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'

/** What nobody but its people knows of the installation. */
export type Secrets = {
  /** The link of who is invited, the key of an authenticator app, a program's key */
  activation: string
  app: string
  apiKey: string
}

/** Those who sign in with their password alone. */
export const people = {
  accounts: [
    { role: 'system_administrator', email: 'root@latchkey.test', password },
    { role: 'tenant_administrator', email: 'admin@other.test', password },
    { role: 'customer_user', email: 'user@other.test', password },
  ],
  place: { tenant: 'Other', customer: 'Customer of Other' },
} as const

const serverPassword = 'of the mail server'
/** Text that COPY and JSON write in other ways than it is. */
const awkward = 'Ünïcode\ttab\\N "quoted" \\. and\nlines 😀'

export async function tellStory(): Promise<Secrets> {
  await acceptKeyring(db(), keyring())
  const { root, acme } = await twoTenants()
  const sink = await startSmtpSink()
  const login = { authentication: 'password', encryption: 'implicit-tls', username: 'anna' } as const
  try {
    await connectMailServer(root, sink)
    await sendResetLink(root, acme.user.id)
    await sendWaiting()
    // This one is on paper only: what is sent next waits.
    await connectMailServer(root, { host: '127.0.0.1', port: 1 }, login, { password: serverPassword })
  } finally {
    await sink.close()
  }
  await createDkimKeys(root, 'example.org')
  await addWebhook(root, { name: awkward, url: 'https://hooks.example.org/', events: ['user.activated'] })
  const { text: apiKey } = await createKey(root, {
    ...{ name: 'Program', scopes: ['users:read'], days: null, networks: ['192.0.2.0/24'], perMinute: 60 },
  })
  const { key: app } = await withApp(acme.adminViewer, -1)
  await transaction(tx => invite(tx, acme.pending, root))
  const activation = await activationLink(root, acme.pending.id)
  await sealEvents(() => true)
  return { activation, app, apiKey }
}

const said = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 'done',
    error => (error as { code?: string }).code ?? String(error),
  )

/** What of the story still holds: each what it should be. What has run out of time since is given some. */
export async function storyHolds({ activation, app, apiKey }: Secrets): Promise<Record<string, unknown>> {
  const later = new Date(now().getTime() + 3_600_000)
  await db().linkToken.updateMany({ where: { consumedAt: null }, data: { expiresAt: later } })
  const token = activation.split('/').at(-1) ?? ''
  const wanted = await signIn('admin@acme.test', password, origin).catch(error => error as FactorWanted)
  const webhook = await db().webhook.findFirst()
  const { breaks, seals } = await verifyAudit(null)
  return {
    'the system administrator signs in': await said(signIn('root@latchkey.test', password, origin)),
    'not with another password': await said(signIn('root@latchkey.test', 'not the password', origin)),
    'the second factor is asked for': await said(
      signInWithCode((wanted as FactorWanted).pending, codeOf(app, 1), origin),
    ),
    'the link in the mail opens': await said(activate(token, password, origin)),
    'and only once': await said(activate(token, password, origin)),
    'the program is let in': await said(viewerOfKey(apiKey, '192.0.2.9')),
    'the password of the mail server': (await activeVersion())?.secrets.password,
    'an awkward name': webhook?.name,
    'mails that went': await db().outboundMail.count({ where: { state: 'sent' } }),
    'the audit is as it was written': breaks.length === 0 && seals > 0,
  }
}

export const asTold = {
  'the system administrator signs in': 'done',
  'not with another password': 'sign-in-failed',
  'the second factor is asked for': 'done',
  'the link in the mail opens': 'done',
  'and only once': 'link-used',
  'the program is let in': 'done',
  'the password of the mail server': serverPassword,
  'an awkward name': awkward,
  'mails that went': 1,
  'the audit is as it was written': true,
}
