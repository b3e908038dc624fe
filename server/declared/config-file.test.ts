import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setEnv } from '@/lib/env'
import { checkDeclared } from './config-file'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-declared-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  setEnv({ config: null, mailServerUrl: null })
})

const declare = (yaml: string) => {
  const config = path.join(folder, 'latchkey.yaml')
  writeFileSync(config, yaml)
  setEnv({ config })
  return checkDeclared()
}
const byUrl = (mailServerUrl: string) => {
  setEnv({ mailServerUrl })
  return checkDeclared()
}

describe('a declaration', () => {
  it('is read as the forms would read it', async () => {
    writeFileSync(path.join(folder, 'smtp-password'), 'with a space \n')
    const { declared, problems } = await declare(`
settings:
  name: Example accounts
  minimumLength: 12
  allowedDomains: [example.org, example.com]
  renewWeaker: true
  signInAs: on
mailServers:
  - name: SendGrid
    provider: sendgrid
    mailFrom: Accounts <accounts@example.org>
    passwordFile: smtp-password
  - name: Spare
    host: smtp.example.org
    mailFrom: accounts@example.org
tenants:
  - name: Acme
    locale: de
    customers: [North, 7]
`)
    expect(problems).toEqual([])
    expect(declared.settings).toMatchObject({
      name: 'Example accounts',
      minimumLength: 12,
      allowedDomains: 'example.org\nexample.com',
      renewWeaker: true,
      signInAs: 'on',
    })
    const [first, second] = declared.mailServers
    expect(first).toMatchObject({
      name: 'SendGrid',
      settings: { host: 'smtp.sendgrid.net', username: 'apikey', authentication: 'password' },
      secrets: { password: 'with a space ' },
    })
    expect(second?.settings).toMatchObject({ port: 587, encryption: 'starttls', authentication: 'none' })
    expect(declared.tenants).toEqual([{ name: 'Acme', locale: 'de', customers: ['North', '7'] }])
  })

  it.each([
    ['what is no YAML', 'settings:\n  name: "open', /^latchkey\.yaml, line 2: /],
    ['what is no mapping', '- one', /^latchkey\.yaml, line 1: .*mapping/],
    [
      'what there is not',
      'settings:\n  colour: red',
      /^latchkey\.yaml, line 2: settings\.colour: there is no/,
    ],
    [
      'a wrong setting',
      'settings:\n  locale: en\n  minimumLength: 3',
      /line 3: settings\.minimumLength: .*8/,
    ],
    ['a choice that there is not', 'settings:\n  disposable: often', /line 2: settings\.disposable: one of /],
    [
      'a port out of range',
      'mailServers:\n  - name: One\n    host: smtp.example.org\n    port: 70000\n    mailFrom: a@example.org',
      /line 4: mailServers\[0\]\.port: /,
    ],
    [
      'a login without its password',
      'mailServers:\n  - name: One\n    host: smtp.example.org\n    username: me\n    mailFrom: a@example.org',
      /line 2: mailServers\[0\]\.password: /,
    ],
    [
      'a file that is not there',
      'mailServers:\n  - name: One\n    passwordFile: nowhere',
      /line 3: mailServers\[0\]\.passwordFile: nowhere cannot be read \(ENOENT\)\.$/,
    ],
    ['a provider that nobody knows', 'mailServers:\n  - provider: sendgrit', /provider: one of custom, /],
    [
      'two of one name',
      'tenants:\n  - name: Acme\n  - name: acme',
      /line 3: tenants\[1\]: the name stands there twice\.$/,
    ],
    ['a tenant that is a text', 'tenants:\n  - Acme', /line 2: tenants\[0\]: a mapping of name/],
    ['aliases without end', `a: &a [x, x]\nb: &b [${'*a, '.repeat(200)}x]\nc: [${'*b, '.repeat(200)}x]`, /./],
  ])('says of %s where and why', async (_what, yaml, said) => {
    const { problems } = await declare(yaml)
    expect(problems.join('\n')).toMatch(said)
  })

  it('of a secret that is wrong never says what it is', async () => {
    const { problems } = await declare(
      'mailServers:\n  - name: One\n    host: smtp.example.org\n    mailFrom: a@example.org\n    username: me\n    password: "tell\\tnobody"\n    passwordFile: too',
    )
    expect(problems).not.toEqual([])
    expect(problems.join()).not.toContain('nobody')
  })

  it('is told of a file that cannot be read', async () => {
    setEnv({ config: path.join(folder, 'missing.yaml') })
    expect((await checkDeclared()).problems).toEqual([
      expect.stringMatching(/^LATCHKEY_CONFIG accepts a file that can be read \(ENOENT\): /),
    ])
  })
})

describe('MAIL_SERVER_URL', () => {
  it('is a mail server on one line', async () => {
    const { declared, problems } = await byUrl(
      'smtps://accounts%40example.org:p%3Ass%2Fword@smtp.example.org?from=Accounts%20%3Ca%40example.org%3E&ehloName=me.example.org',
    )
    expect(problems).toEqual([])
    expect(declared.mailServers).toMatchObject([
      {
        name: 'smtp.example.org',
        settings: {
          host: 'smtp.example.org',
          port: 465,
          encryption: 'implicit-tls',
          username: 'accounts@example.org',
          mailFrom: 'Accounts <a@example.org>',
          ehloName: 'me.example.org',
        },
        secrets: { password: 'p:ss/word' },
      },
    ])
  })

  it.each([
    ['smtp://smtp.example.org', /^MAIL_SERVER_URL: mailFrom: /],
    ['smtp://me@smtp.example.org?from=a@example.org', /^MAIL_SERVER_URL: password: /],
    ['smtp://smtp.example.org?from=a@example.org&colour=red', /^MAIL_SERVER_URL: colour: there is no /],
  ])('is refused where something is missing or unknown: %s', async (url, said) => {
    expect((await byUrl(url)).problems.join('\n')).toMatch(said)
  })
})
