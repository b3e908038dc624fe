// Every field of the mail server form, changed by somebody who does not know the stored secrets.
import { beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '@/domain/smtp/testing/certificates'
import { viewer } from '@/domain/testing/viewers'
import { db, transaction } from '@/lib/db'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { testKeys, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { createCandidate } from './candidate'
import { type MailServerField, mailServerForm } from './form'
import { mailServerHistory } from './history'
import { saveMailServer } from './saving'
import { readMailServer } from './versions'

useTestDatabase()
const root = viewer()

const authority = { one: '', other: '' }
beforeAll(async () => {
  authority.one = (await createAuthority()).cert
  authority.other = (await createAuthority()).cert
})
const pin = (digit: string) => Array(32).fill(digit.repeat(2)).join(':')

const password = () => ({
  name: 'Relay',
  provider: 'custom',
  mailFrom: 'Latchkey <no-reply@example.org>',
  replyTo: '',
  host: 'smtp.example.org',
  port: '587',
  encryption: 'starttls',
  minTlsVersion: 'TLSv1.2',
  trustedCa: authority.one,
  pinnedCertificate: pin('A'),
  authentication: 'password',
  username: 'anna',
  password: 'Str0ng-Secret!',
  credentialsInClear: '',
  oauthGrant: '',
  oauthAuthorizationUrl: '',
  oauthTokenUrl: '',
  oauthClientId: '',
  oauthScopes: '',
  clientSecret: '',
  refreshToken: '',
  timeoutSeconds: '10',
  ehloName: '',
  useProxy: 'on',
  proxyType: 'http',
  proxyHost: 'proxy.example.org',
  proxyPort: '3128',
  proxyUsername: 'paul',
  proxyPassword: 'Pr0xy-Secret!',
})
type Form = Record<MailServerField, string>

const inClear = (): Form => ({ ...password(), encryption: 'none', credentialsInClear: 'on' })
const refreshToken = (): Form => ({
  ...password(),
  authentication: 'oauth2',
  password: '',
  oauthGrant: 'refresh-token',
  oauthAuthorizationUrl: 'https://login.example.org/authorize',
  oauthTokenUrl: 'https://login.example.org/token',
  oauthClientId: 'latchkey',
  oauthScopes: 'smtp',
  clientSecret: 'Cl1ent-Secret!',
  refreshToken: 'Refresh-T0ken!',
})
const clientCredentials = (): Form => ({
  ...refreshToken(),
  oauthGrant: 'client-credentials',
  refreshToken: '',
})

/** The other value of each field, and whether whoever hears a secret can be another one with it. */
const fields: Record<MailServerField, { to: () => string; heardByOthers: boolean; because: string }> = {
  host: { to: () => 'smtp.example.net', heardByOthers: true, because: 'it is another server' },
  port: { to: () => '2525', heardByOthers: true, because: 'another program may listen there' },
  encryption: { to: () => 'implicit-tls', heardByOthers: true, because: 'the dialogue is another one' },
  trustedCa: { to: () => authority.other, heardByOthers: true, because: 'whose certificates count' },
  pinnedCertificate: { to: () => pin('B'), heardByOthers: true, because: 'it names who is at the other end' },
  username: { to: () => 'eve', heardByOthers: true, because: 'it was entered for another account' },
  credentialsInClear: { to: () => '', heardByOthers: true, because: 'everybody on the way reads along' },
  useProxy: { to: () => '', heardByOthers: true, because: 'the way is another one' },
  proxyType: {
    to: () => 'socks5',
    heardByOthers: true,
    because: 'what speaks another protocol is another one',
  },
  proxyHost: {
    to: () => 'proxy.example.net',
    heardByOthers: true,
    because: 'it may answer in the server’s name',
  },
  proxyPort: { to: () => '8080', heardByOthers: true, because: 'another program may listen there' },
  proxyUsername: { to: () => 'eve', heardByOthers: true, because: 'it was entered for another account' },
  oauthTokenUrl: {
    to: () => 'https://login.example.net/token',
    heardByOthers: true,
    because: 'it gets them',
  },
  oauthClientId: { to: () => 'evil', heardByOthers: true, because: 'it was entered for another client' },
  oauthGrant: { to: () => 'client-credentials', heardByOthers: true, because: 'it buys another right' },
  authentication: { to: () => 'none', heardByOthers: false, because: 'then no secret of it leaves at all' },
  name: { to: () => 'Other', heardByOthers: false, because: 'only people read it' },
  provider: { to: () => 'gmail', heardByOthers: false, because: 'it filled the form once' },
  mailFrom: { to: () => 'b@example.org', heardByOthers: false, because: 'it is said after the login' },
  replyTo: { to: () => 'b@example.org', heardByOthers: false, because: 'it stands in the message' },
  minTlsVersion: {
    to: () => 'TLSv1.3',
    heardByOthers: false,
    because: 'TLS 1.2 proves as well who is there',
  },
  timeoutSeconds: { to: () => '30', heardByOthers: false, because: 'it is only patience' },
  ehloName: { to: () => 'mail.example.net', heardByOthers: false, because: 'it is what we call ourselves' },
  oauthAuthorizationUrl: {
    to: () => 'https://login.example.net/authorize',
    heardByOthers: false,
    because: 'a browser is sent there, without any secret',
  },
  oauthScopes: { to: () => 'smtp other', heardByOthers: false, because: 'the token goes where it went' },
  password: { to: () => 'typed', heardByOthers: false, because: 'whoever types one knows it' },
  clientSecret: { to: () => 'typed', heardByOthers: false, because: 'whoever types one knows it' },
  refreshToken: { to: () => 'typed', heardByOthers: false, because: 'whoever types one knows it' },
  proxyPassword: { to: () => 'typed', heardByOthers: false, because: 'whoever types one knows it' },
}

const secretFields = ['password', 'proxyPassword', 'clientSecret', 'refreshToken'] as const
const without = (form: Form): Form => ({
  ...form,
  ...Object.fromEntries(secretFields.map(field => [field, ''])),
})
const input = (form: Form, baseVersionId: string | null = null) => ({
  ...mailServerForm.parse(form),
  baseVersionId,
})

describe.each<[string, () => Form]>([
  ['a password', password],
  ['a password that may be said in clear', inClear],
  ['a refresh token', refreshToken],
  ['client credentials', clientCredentials],
])('with %s stored', (_what, base) => {
  it.each(Object.entries(fields))('somebody who changes %s', async (name, { to, heardByOthers }) => {
    const field = name as MailServerField
    const saved = await transaction(tx => saveMailServer(tx, root, input(base()), { untested: true }))
    const changed = { ...without(base()), [field]: to() }
    // Of a field that these settings do not use the form makes nothing.
    const settings = JSON.stringify(mailServerForm.parse(changed).settings)
    const differs = settings !== JSON.stringify(mailServerForm.parse(base()).settings)
    for (const baseVersionId of [null, saved.versionId]) {
      const answer = await refusalOf(
        transaction(tx => createCandidate(tx, root, input(changed, baseVersionId))),
      )
      if (heardByOthers && differs)
        expect(answer).toMatch(/^(password|client-secret|refresh-token)-needed-again$/)
      else expect(answer).toBe('done')
    }
  })
})

describe('a stored secret that cannot be opened any more', () => {
  it('has to be entered again, and breaks no page', async () => {
    const saved = await transaction(tx => saveMailServer(tx, root, input(password()), { untested: true }))
    await db().mailServerVersion.updateMany({ data: { sealedPassword: 'k1.AAAA' } })
    holdKeyring(Keyring.parse(testKeys))
    expect(await readMailServer(root)).toMatchObject({ versionId: saved.versionId })
    expect(await mailServerHistory(root, saved.mailServerId)).toHaveLength(1)
    const again = input({ ...without(password()), timeoutSeconds: '20' }, saved.versionId)
    const save = (form: ReturnType<typeof input>) =>
      refusalOf(transaction(tx => saveMailServer(tx, root, form, { untested: true })))
    expect(await save(again)).toBe('password-needed-again')
    const typed = { ...without(password()), password: 'N3w-Secret!', timeoutSeconds: '20' }
    expect(await save(input(typed, saved.versionId))).toBe('done')
  })
})
