// What people put into the mail server form, and what comes of it.
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { mailServerSettings, noSecrets, plainSettings } from '@/domain/smtp/settings'
import { createAuthority, type TestAuthority } from '@/domain/smtp/testing/certificates'
import de from '../../messages/de.json'
import en from '../../messages/en.json'
import { type MailServerField, mailServerForm, mailServerRefusals } from './form'
import { formFields } from './form-fields'

const filled = {
  name: 'Primary',
  provider: 'custom',
  mailFrom: 'Latchkey <no-reply@example.org>',
  replyTo: '',
  host: 'mail.example.org',
  port: '587',
  encryption: 'starttls',
  minTlsVersion: 'TLSv1.2',
  authentication: 'password',
  username: 'anna',
  password: 'secret',
  timeoutSeconds: '10',
}
const read = (change: Record<string, string>) => mailServerForm.parse({ ...filled, ...change })
const refused = (change: Record<string, string>) => {
  const result = mailServerForm.safeParse({ ...filled, ...change })
  return (result.success ? {} : z.flattenError(result.error).fieldErrors) as Partial<
    Record<MailServerField, string[]>
  >
}

const oauth = {
  authentication: 'oauth2',
  username: 'anna@example.org',
  oauthGrant: 'refresh-token',
  oauthAuthorizationUrl: 'https://login.example.org/authorize',
  oauthTokenUrl: 'https://login.example.org/token',
  oauthClientId: 'latchkey',
  oauthScopes: 'SMTP.Send offline_access',
  clientSecret: 'client secret',
  refreshToken: 'refresh token',
}

let authority: TestAuthority
beforeAll(async () => {
  authority = await createAuthority()
})

describe('a host', () => {
  it.each([
    ['smtp://mail.example.org:2525', { host: 'mail.example.org', port: 2525, encryption: 'starttls' }],
    ['smtps://mail.example.org:465/', { host: 'mail.example.org', port: 465, encryption: 'implicit-tls' }],
    ['smtp://anna:secret@mail.example.org', { host: 'mail.example.org', port: 587 }],
    ['https://mail.example.org/path?x', { host: 'mail.example.org', port: 587 }],
    ['mail.example.org:25', { host: 'mail.example.org', port: 25 }],
    ['  Mail.Example.ORG. ', { host: 'mail.example.org' }],
    ['[2001:db8::1]:25', { host: '2001:db8::1', port: 25 }],
    ['2001:db8::1', { host: '2001:db8::1', port: 587 }],
    ['[2001:DB8:0:0::0001]', { host: '2001:db8::1' }],
    ['fe80::1%eth0', { host: 'fe80::1%eth0' }],
    ['192.0.2.1:26', { host: '192.0.2.1', port: 26 }],
    ['exämple.org', { host: 'exämple.org' }],
    ['xn--exmple-cua.org', { host: 'exämple.org' }],
    ['ｍａｉｌ．example.org', { host: 'mail.example.org' }],
    ['mail\u200b.example.org', { host: 'mail.example.org' }],
    ['почта.рф', { host: 'почта.рф' }],
    ['localhost', { host: 'localhost' }],
  ])('%j is taken apart', (host, settings) => {
    expect(read({ host }).settings).toMatchObject(settings)
  })

  it.each([
    ['', 'host-required'],
    ['   ', 'host-required'],
    ['mail example.org', 'host-invalid'],
    ['mail..example.org', 'host-invalid'],
    ['-mail.example.org', 'host-invalid'],
    ['mail.example.org:abc', 'host-invalid'],
    ['1.2.3', 'host-invalid'],
    ['[mail.example.org]', 'host-invalid'],
    [`${'a'.repeat(64)}.org`, 'host-invalid'],
    ['anna@example.org', 'host-is-address'],
    ['mаil.example.org', 'host-lookalike'],
    ['раураӏ.example.org'.replace('ӏ', ''), 'host-lookalike'],
    ['mail.example.org\r\nRCPT TO:<x>', 'control-characters'],
  ])('%j is refused: %s', (host, code) => {
    expect(refused({ host }).host).toContain(code)
  })

  it('with a port out of range is refused at the port', () => {
    expect(refused({ host: 'mail.example.org:70000' })).toEqual({ port: ['port-range'] })
  })
})

describe('Mail from', () => {
  it.each([
    ['no-reply@example.org', 'no-reply@example.org'],
    ['Acme, Inc. <a@example.org>', '"Acme, Inc." <a@example.org>'],
    ['"Acme \\"Mail\\"" <a@example.org>', '"Acme \\"Mail\\"" <a@example.org>'],
    ['Jürgen Müller 🔑 <a@example.org>', 'Jürgen Müller 🔑 <a@example.org>'],
    ['Familie 👩‍👧 <a@exämple.org>', 'Familie 👩‍👧 <a@exämple.org>'],
  ])('%j is understood', (mailFrom, written) => {
    const { settings } = read({ mailFrom })
    expect(settings.mailFrom).toBe(written)
    expect(read({ mailFrom: written }).settings.mailFrom).toBe(written)
  })

  it.each([
    ['', 'mail-from-required'],
    ['Latchkey', 'mail-from-invalid'],
    ['a@b@c.org', 'mail-from-invalid'],
    ['a@example.org, b@example.org', 'mail-from-invalid'],
    ['Latchkey <a@>', 'mail-from-invalid'],
    ['a b@example.org', 'mail-from-invalid'],
    ['Latchkey <a@example.org>\r\nBcc: b@example.org', 'control-characters'],
  ])('%j is refused: %s', (mailFrom, code) => {
    expect(refused({ mailFrom }).mailFrom).toContain(code)
  })
})

describe('a trusted CA', () => {
  it('may be a bundle of ten, with text between', async () => {
    const pems = await Promise.all(Array.from({ length: 10 }, (_, at) => createAuthority(`CA ${at}`)))
    const { settings } = read({ trustedCa: pems.map(({ cert }) => `# a comment\r\n${cert}`).join('\r\n') })
    expect(settings.trustedCa?.match(/BEGIN CERTIFICATE/g)).toHaveLength(10)
    expect(settings.trustedCa).not.toContain('comment')
  })

  it('is refused with the reason', () => {
    expect(refused({ trustedCa: authority.key }).trustedCa).toEqual(['ca-private-key'])
    expect(refused({ trustedCa: authority.cert + authority.key }).trustedCa).toEqual(['ca-private-key'])
    expect(refused({ trustedCa: 'trust me' }).trustedCa).toEqual(['ca-not-pem'])
    const broken = authority.cert.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')
    expect(refused({ trustedCa: broken }).trustedCa).toEqual(['ca-unreadable'])
    expect(refused({ trustedCa: authority.cert.repeat(21) }).trustedCa).toEqual(['ca-too-many'])
  })
})

it.each([
  ['', null],
  ['mail.example.org.', 'mail.example.org'],
  ['192.0.2.1', '[192.0.2.1]'],
  ['[192.0.2.1]', '[192.0.2.1]'],
  ['[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
])('the EHLO name %j is kept as %j', (ehloName, kept) => {
  expect(read({ ehloName }).settings.ehloName).toBe(kept)
})

describe('the other fields', () => {
  it.each([
    [{ port: '0' }, 'port', 'port-range'],
    [{ port: '70000' }, 'port', 'port-range'],
    [{ port: '25.5' }, 'port', 'port-range'],
    [{ port: '0x19' }, 'port', 'port-range'],
    [{ port: '' }, 'port', 'port-required'],
    [{ name: ' ' }, 'name', 'name-required'],
    [{ replyTo: 'nobody' }, 'replyTo', 'reply-to-invalid'],
    [{ encryption: 'maybe' }, 'encryption', 'encryption-unknown'],
    [{ minTlsVersion: 'SSLv3' }, 'minTlsVersion', 'tls-version-unknown'],
    [{ authentication: 'magic' }, 'authentication', 'authentication-unknown'],
    [{ username: '' }, 'username', 'username-required'],
    [{ username: 'anna\r\nQUIT' }, 'username', 'control-characters'],
    [{ password: 'a\nb' }, 'password', 'control-characters'],
    [{ timeoutSeconds: '0' }, 'timeoutSeconds', 'timeout-range'],
    [{ timeoutSeconds: 'soon' }, 'timeoutSeconds', 'timeout-range'],
    [{ ehloName: 'not a name' }, 'ehloName', 'ehlo-name-invalid'],
    [{ ehloName: '[192.0.2.999]' }, 'ehloName', 'ehlo-name-invalid'],
    [{ ehloName: 'mail.example.org:25' }, 'ehloName', 'ehlo-name-invalid'],
    [{ ehloName: 'a.org\r\nMAIL FROM:<>' }, 'ehloName', 'control-characters'],
    [{ useProxy: 'on' }, 'proxyHost', 'proxy-host-required'],
    [{ useProxy: 'on', proxyHost: 'a b', proxyPort: '1' }, 'proxyHost', 'proxy-host-invalid'],
    [{ useProxy: 'on', proxyHost: 'proxy', proxyPort: '' }, 'proxyPort', 'proxy-port-required'],
    [{ useProxy: 'on', proxyHost: 'proxy:99999' }, 'proxyPort', 'proxy-port-range'],
    [
      { useProxy: 'on', proxyHost: 'p', proxyPort: '1', proxyType: 'gopher' },
      'proxyType',
      'proxy-type-unknown',
    ],
    [{ pinnedCertificate: 'AB:CD' }, 'pinnedCertificate', 'fingerprint-invalid'],
    [{ pinnedCertificate: 'my certificate' }, 'pinnedCertificate', 'fingerprint-invalid'],
    [{ pinnedCertificate: 'ａｂ'.repeat(32) }, 'pinnedCertificate', 'fingerprint-invalid'],
    [{ pinnedCertificate: 'AB:'.repeat(15).concat('AB') }, 'pinnedCertificate', 'fingerprint-md5'],
    [{ pinnedCertificate: 'MD5 Fingerprint=AB:CD' }, 'pinnedCertificate', 'fingerprint-md5'],
    [{ pinnedCertificate: 'ab'.repeat(20) }, 'pinnedCertificate', 'fingerprint-sha1'],
    [
      { pinnedCertificate: `SHA1 Fingerprint=${'AB:'.repeat(31)}AB` },
      'pinnedCertificate',
      'fingerprint-sha1',
    ],
    [{ ...oauth, username: '' }, 'username', 'username-required'],
    [{ ...oauth, oauthGrant: 'password' }, 'oauthGrant', 'oauth-grant-unknown'],
    [{ ...oauth, oauthClientId: ' ' }, 'oauthClientId', 'oauth-client-id-required'],
    [{ ...oauth, oauthTokenUrl: '' }, 'oauthTokenUrl', 'oauth-token-url-required'],
    [{ ...oauth, oauthTokenUrl: 'login.example.org/token' }, 'oauthTokenUrl', 'oauth-token-url-invalid'],
    [{ ...oauth, oauthTokenUrl: '/token' }, 'oauthTokenUrl', 'oauth-token-url-invalid'],
    [{ ...oauth, oauthTokenUrl: 'ftp://example.org/token' }, 'oauthTokenUrl', 'oauth-token-url-invalid'],
    [{ ...oauth, oauthTokenUrl: 'https://a:b@example.org/' }, 'oauthTokenUrl', 'oauth-token-url-invalid'],
    [{ ...oauth, oauthTokenUrl: 'https://example.org/#x' }, 'oauthTokenUrl', 'oauth-token-url-invalid'],
    [{ ...oauth, oauthTokenUrl: 'http://example.org/token' }, 'oauthTokenUrl', 'oauth-token-url-insecure'],
    [
      { ...oauth, oauthTokenUrl: 'http://127.0.0.1.example.org/' },
      'oauthTokenUrl',
      'oauth-token-url-insecure',
    ],
    [
      { ...oauth, oauthAuthorizationUrl: 'somewhere' },
      'oauthAuthorizationUrl',
      'oauth-authorization-url-invalid',
    ],
    [
      { ...oauth, oauthAuthorizationUrl: 'http://example.org/' },
      'oauthAuthorizationUrl',
      'oauth-authorization-url-insecure',
    ],
    [{ ...oauth, oauthScopes: 'a "b"' }, 'oauthScopes', 'oauth-scopes-invalid'],
    [{ ...oauth, oauthScopes: 'SMTP.Sénd' }, 'oauthScopes', 'oauth-scopes-invalid'],
    [{ ...oauth, clientSecret: 'x'.repeat(2049) }, 'clientSecret', 'too-long'],
    [{ ...oauth, refreshToken: 'x\r\ny' }, 'refreshToken', 'control-characters'],
  ])('case %#, refused by its own code', (change, field, code) => {
    expect(refused(change as unknown as Record<string, string>)[field as MailServerField]).toContain(code)
  })

  const every = Object.keys(formFields('', plainSettings({ host: '', port: 1 }))) as MailServerField[]

  it.each(every)('%s refuses a paste of 1 MB', field => {
    expect(refused({ [field]: 'x'.repeat(1_000_000) })[field]).toEqual(['too-long'])
  })

  it.each(every.filter(field => field !== 'trustedCa'))('%s refuses line breaks inside', field => {
    for (const lineBreak of ['\r\n', '\n', '\r', '\0'])
      expect(refused({ [field]: `a${lineBreak}b` })[field]).toContain('control-characters')
  })

  it('need no login when there is none', () => {
    const { settings, secrets } = read({ authentication: 'none', username: '', password: '' })
    expect(settings).toMatchObject({ authentication: 'none', username: null })
    expect(secrets).toEqual(noSecrets)
  })

  it('may leave the password empty, for a stored one', () => {
    expect(read({ password: '' }).secrets.password).toBeNull()
  })

  it('hold a proxy only while it is used', () => {
    const proxy = { proxyHost: 'http://proxy.example.org:3128', proxyUsername: 'p', proxyPassword: 'q' }
    expect(read(proxy)).toMatchObject({ settings: { proxy: null }, secrets: { proxyPassword: null } })
    expect(read({ ...proxy, useProxy: 'on' })).toMatchObject({
      settings: { proxy: { host: 'proxy.example.org', port: 3128, username: 'p' } },
      secrets: { proxyPassword: 'q' },
    })
  })
})

describe('a pinned certificate', () => {
  const pin = Array.from({ length: 32 }, (_, at) => (at + 160).toString(16).toUpperCase()).join(':')

  it.each([
    pin,
    ` ${pin.toLowerCase()} `,
    pin.replaceAll(':', ''),
    pin.replaceAll(':', ' '),
    `sha256 Fingerprint=${pin}`,
    `SHA256 Fingerprint=${pin.toLowerCase()}`,
    `SHA-256: ${pin}`,
  ])('is read from %j', pinnedCertificate => {
    expect(read({ pinnedCertificate }).settings.pinnedCertificate).toBe(pin)
  })

  it('is none if the field is empty', () => {
    expect(read({ pinnedCertificate: ' ' }).settings.pinnedCertificate).toBeNull()
  })
})

describe('credentials in clear', () => {
  it('are a choice only where there is no encryption', () => {
    const chosen = (encryption: string, credentialsInClear = 'on') =>
      read({ encryption, credentialsInClear }).settings.credentialsInClear
    expect([chosen('none'), chosen('starttls'), chosen('implicit-tls')]).toEqual([true, false, false])
    expect([chosen('none', ''), chosen('none', 'maybe')]).toEqual([false, false])
    expect(read({ host: 'smtps://a.org', encryption: 'none' }).settings.credentialsInClear).toBe(false)
  })
})

describe('OAuth 2.0', () => {
  it('is read with its secrets', () => {
    const { settings, secrets } = read({ ...oauth, oauthScopes: '  SMTP.Send \u00a0 offline_access ' })
    expect(settings).toMatchObject({
      authentication: 'oauth2',
      username: 'anna@example.org',
      oauth: {
        grant: 'refresh-token',
        authorizationUrl: 'https://login.example.org/authorize',
        tokenUrl: 'https://login.example.org/token',
        clientId: 'latchkey',
        scopes: 'SMTP.Send offline_access',
      },
    })
    expect(secrets).toEqual({ ...noSecrets, clientSecret: 'client secret', refreshToken: 'refresh token' })
    expect(mailServerSettings.parse(settings)).toEqual(settings)
  })

  it('needs no authorization URL and no refresh token for client credentials', () => {
    const { settings, secrets } = read({ ...oauth, oauthGrant: 'client-credentials' })
    expect(settings.oauth).toMatchObject({ grant: 'client-credentials', authorizationUrl: null })
    expect(secrets).toEqual({ ...noSecrets, clientSecret: 'client secret' })
  })

  it('needs no TLS to this machine itself', () => {
    for (const host of ['localhost:8080', '127.0.0.1', '[::1]:1'])
      expect(read({ ...oauth, oauthTokenUrl: `http://${host}/token` }).settings.oauth?.tokenUrl).toContain(
        host,
      )
  })

  it('is kept only while it is chosen', () => {
    const { settings, secrets } = read({ ...oauth, authentication: 'password', password: 'secret' })
    expect(settings.oauth).toBeNull()
    expect(secrets).toEqual({ ...noSecrets, password: 'secret' })
  })
})

it('yields settings that the schema of stored settings accepts', () => {
  const { settings } = read({ trustedCa: authority.cert, useProxy: 'on', proxyHost: 'proxy', proxyPort: '1' })
  expect(mailServerSettings.parse(settings)).toEqual(settings)
})

it('has a sentence for every refusal, in both languages', () => {
  // Two more belong to the page around the form: the test mail's recipient, and whatever has no words yet.
  const wanted = [...mailServerRefusals, 'recipient-invalid', 'wrong'].sort()
  expect(Object.keys(en.mailServerInvalid).sort()).toEqual(wanted)
  expect(Object.keys(de.mailServerInvalid).sort()).toEqual(wanted)
})
