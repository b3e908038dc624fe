import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readEnv } from './env'

const keys = 'k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
const outside = { HOST: '0.0.0.0', APP_URL: 'https://accounts.example.org' }

describe('the environment', () => {
  it('needs nothing', () => {
    expect(readEnv({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      appUrl: 'http://localhost:3000',
      databaseUrl: null,
      demo: true,
      inboxSmtpPort: 1025,
      worker: 'inline',
      logLevel: 'info',
    })
  })

  it('takes a variable that is set to nothing for not set', () => {
    const nothing = Object.fromEntries(
      [
        'PORT',
        'HOST',
        'APP_URL',
        'DATABASE_URL',
        'DATA_DIR',
        'APP_KEYS',
        'DEMO',
        'WORKER',
        'PRIVATE_ADDRESSES',
        'METRICS_TOKEN',
        'LOG_LEVEL',
      ].map(name => [name, '']),
    )
    expect(readEnv(nothing)).toEqual(readEnv({}))
  })

  it('turns demo and inbox off with a database server', () => {
    const env = readEnv({ DATABASE_URL: 'postgresql://u:p@db/latchkey', APP_KEYS: keys })
    expect(env).toMatchObject({ demo: false, inboxSmtpPort: 0 })
  })

  it('turns the demo off where others can reach it', () => {
    expect(readEnv(outside)).toMatchObject({ demo: false, appUrl: 'https://accounts.example.org' })
  })

  it.each([
    'https://accounts.example.org',
    'http://192.168.1.5:3000',
    'http://localhost.example.org',
    'http://127.0.0.1.nip.io',
    'http://[::ffff:10.0.0.1]',
    'http://0.0.0.0:3000',
  ])('turns the demo off where a proxy beside it shows it to others, as at %s', appUrl => {
    expect(readEnv({ APP_URL: appUrl }).demo).toBe(false)
    expect(() => readEnv({ APP_URL: appUrl, DEMO: 'on' })).toThrow(/^DEMO accepts on only when/)
  })

  it.each([
    ['localhost', 'http://LOCALHOST:3000'],
    ['Localhost.', 'http://localhost.'],
    ['127.0.0.1', 'http://127.1.2.3:8080'],
    ['127.255.255.254', 'https://latchkey.localhost'],
    ['::1', 'http://[::1]:3000'],
    ['[::1]', 'http://[0:0:0:0:0:0:0:1]'],
    ['::ffff:127.0.0.1', 'http://[::FFFF:127.0.0.1]:3000'],
  ])('keeps the demo on this machine, called %s and %s', (host, appUrl) => {
    expect(readEnv({ HOST: host, APP_URL: appUrl }).demo).toBe(true)
  })

  it.each([
    ['HTTPS://Accounts.Example.ORG', 'https://accounts.example.org'],
    ['https://accounts.example.org/', 'https://accounts.example.org'],
    ['https://accounts.example.org.', 'https://accounts.example.org'],
    ['https://accounts.example.org:443', 'https://accounts.example.org'],
    ['http://accounts.example.org:80/', 'http://accounts.example.org'],
    ['https://accounts.example.org:8443', 'https://accounts.example.org:8443'],
    ['https://konten.bücher.example', 'https://konten.xn--bcher-kva.example'],
    ['https://KONTEN.BÜCHER.example.:443/', 'https://konten.xn--bcher-kva.example'],
    ['http://[2001:DB8:0::1]:80', 'http://[2001:db8::1]'],
  ])('takes the APP_URL %s for %s, as a browser does', (given, meant) => {
    expect(readEnv({ APP_URL: given }).appUrl).toBe(meant)
  })

  it.each<[string, string, Record<string, string>?]>([
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['PORT', '8.5'],
    ['HOST', 'a b'],
    ['HOST', 'http://x'],
    ['APP_URL', 'accounts.example.org', outside],
    ['APP_URL', 'ftp://accounts.example.org', outside],
    ['APP_URL', 'https://accounts.example.org/path', outside],
    ['APP_URL', 'https://accounts.example.org/?a=b', outside],
    ['APP_URL', 'https://anna:secret@accounts.example.org', outside],
    ['APP_URL', '', outside],
    ['DATABASE_URL', 'mysql://u:p@db/latchkey', { APP_KEYS: keys }],
    ['DATABASE_URL', 'db', { APP_KEYS: keys }],
    ['APP_KEYS', '', { DATABASE_URL: 'postgres://u:p@db/latchkey' }],
    ['DEMO', 'maybe'],
    ['DEMO', 'on', outside],
    ['INBOX_SMTP_PORT', '70000'],
    ['WORKER', 'external'],
    ['TRUSTED_PROXIES', 'example.org'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.1, 300.1.1.1'],
    ['TRUSTED_PROXIES', '::1/129'],
    ['METRICS_TOKEN', 'too-short'],
    ['METRICS_TOKEN', 'sixteen characters with spaces'],
    ['LOG_LEVEL', 'loud'],
    ['MAIL_SERVER_URL', 'https://smtp.example.org'],
    ['MAIL_SERVER_URL', 'smtp.example.org'],
    ['ADMIN_EMAIL', 'anna'],
    ['ADMIN_EMAIL', 'a@example.org, b@example.org'],
  ])(
    'refuses %s=%s with a sentence that names the variable and what it accepts',
    (name, value, others = {}) => {
      let said = ''
      try {
        readEnv({ ...others, [name]: value })
      } catch (error) {
        said = error instanceof Error && error.name === 'StartRefused' ? error.message : String(error)
      }
      expect(said).toMatch(new RegExp(`^${name} .*accepts .*\\.$`))
    },
  )
})

describe('a variable in a file', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'latchkey-env-')), 'secret')
  afterAll(() => rmSync(path.dirname(file), { recursive: true }))

  it('counts as if it were set, without the end of its line', () => {
    writeFileSync(file, 'sixteen-characters-and-more\n')
    expect(readEnv({ METRICS_TOKEN_FILE: file }).metricsToken).toBe('sixteen-characters-and-more')
  })

  it('is checked like any other', () => {
    writeFileSync(file, 'loud')
    expect(() => readEnv({ LOG_LEVEL_FILE: file })).toThrow(/^LOG_LEVEL accepts /)
  })

  it('is refused where it cannot be read, or the variable is set too', () => {
    expect(() => readEnv({ APP_KEYS_FILE: `${file}.missing` })).toThrow(
      /^APP_KEYS_FILE names a file that cannot be read \(ENOENT\): /,
    )
    expect(() => readEnv({ APP_KEYS_FILE: file, APP_KEYS: 'k1:x' })).toThrow(
      'APP_KEYS and APP_KEYS_FILE are both set: set one of them.',
    )
  })
})
