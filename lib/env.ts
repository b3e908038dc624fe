// The only place that reads process.env. Everything else asks `env()`.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { isLoopback, networkIn } from './addresses'
import { readAddress } from './email-address'
import { StartRefused } from './start-refused'

/** A variable that is set to nothing counts as not set, as in a `.env` file or a compose file. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess(value => (value === '' ? undefined : value), schema.optional())

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `accepts a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine(value => value >= from && value <= to, `accepts a whole number from ${from} to ${to}`)

const onOff = z
  .enum(['on', 'off', 'true', 'false', '1', '0', 'yes', 'no'], { error: 'accepts on or off' })
  .transform(value => ['on', 'true', '1', 'yes'].includes(value))

const url = (protocols: string[], says: string) =>
  z.string().refine(value => {
    try {
      return protocols.includes(new URL(value).protocol)
    } catch {
      return false
    }
  }, says)

const variables = z.object({
  PORT: optional(wholeNumber(1, 65535)),
  HOST: optional(z.string().regex(/^[\w.:[\]-]+$/, 'accepts a host name or an IP address')),
  APP_URL: optional(
    url(['http:', 'https:'], 'accepts an address such as https://accounts.example.org').refine(value => {
      try {
        const { pathname, search, hash, username, password } = new URL(value)
        return pathname === '/' && !search && !hash && !username && !password
      } catch {
        return true
      }
    }, 'accepts an address without a path or a login, such as https://accounts.example.org'),
  ),
  DATABASE_URL: optional(
    url(
      ['postgres:', 'postgresql:'],
      'accepts a PostgreSQL address such as postgresql://user:password@host:5432/name',
    ),
  ),
  DATA_DIR: optional(z.string()),
  APP_KEYS: optional(z.string()),
  DEMO: optional(onOff),
  INBOX_SMTP_PORT: optional(wholeNumber(0, 65535)),
  WORKER: optional(z.enum(['inline', 'off'], { error: 'accepts inline or off' })),
  TRUSTED_PROXIES: optional(
    z
      .string()
      .transform(list => list.split(/[\s,]+/).filter(Boolean))
      .refine(
        list => list.every(networkIn),
        'accepts IP addresses or networks separated by commas, such as 10.0.0.5,192.168.1.0/24',
      ),
  ),
  PRIVATE_ADDRESSES: optional(onOff),
  LATCHKEY_PASSPHRASE: optional(z.string()),
  METRICS_TOKEN: optional(
    z.string().regex(/^[\x21-\x7e]{16,}$/, 'accepts at least 16 letters, digits and signs without spaces'),
  ),
  SHUTDOWN_SECONDS: optional(wholeNumber(1, 3600)),
  MAIL_SERVER_URL: optional(
    url(
      ['smtp:', 'smtps:'],
      'accepts an address such as smtps://user:password@host:465?from=mail@example.org',
    ),
  ),
  ADMIN_EMAIL: optional(z.string().refine(value => readAddress(value) !== null, 'accepts one email address')),
  LATCHKEY_CONFIG: optional(z.string()),
  LOG_LEVEL: optional(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'accepts trace, debug, info, warn, error or silent',
    }),
  ),
})

export type Env = {
  port: number
  host: string
  /** Base of every link, as `originIn` has it. Never taken from a request. */
  appUrl: string
  databaseUrl: string | null
  dataDir: string
  appKeys: string | null
  demo: boolean
  inboxSmtpPort: number
  /** Whether somebody asked for that port, or it is only the usual one */
  inboxPortChosen: boolean
  worker: 'inline' | 'off'
  trustedProxies: string[]
  /** Whether webhooks, and what else administrators of tenants say, may lead to loopback, private and link-local addresses */
  privateAddresses: boolean
  /** With it `/metrics` may be read from anywhere */
  metricsToken: string | null
  /** The mail server that is declared beside the file, see server/declaration.ts */
  mailServerUrl: string | null
  /** Who is sent the link to `/setup` while there is no system administrator */
  adminEmail: string | null
  /** The file in which the installation is declared */
  config: string | null
  /** Of backups, for who is not at the keyboard */
  passphrase: string | null
  /** Where a command was given, which files that it names are looked for from: npm goes to the root and says it */
  calledFrom: string
  /** How long what is under way may take when a signal ends the process */
  shutdownSeconds: number
  logLevel: string
}

/**
 * The origin that an address belongs to, in the one form in which origins are compared: lower case, the
 * domain in ASCII, neither the usual port nor a dot or a slash at the end. Null if it is no web address.
 */
export function originIn(address: string): string | null {
  try {
    const url = new URL(address)
    url.hostname = url.hostname.replace(/\.$/, '')
    return url.origin === 'null' ? null : url.origin
  } catch {
    return null
  }
}

type Source = Record<string, string | undefined>

/**
 * The variables with those that stand in files, as `NAME_FILE`: where secrets are mounted and not passed. Without the
 * line end that editors put there.
 */
function withFiles(source: Source): Source {
  const read = Object.keys(variables.shape).flatMap(name => {
    const file = source[`${name}_FILE`]
    if (!file) return []
    if (source[name]) throw new StartRefused(`${name} and ${name}_FILE are both set: set one of them.`)
    try {
      return [[name, readFileSync(file, 'utf8').replace(/\r?\n$/, '')]]
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new StartRefused(`${name}_FILE names a file that cannot be read (${code}): ${file}.`)
    }
  })
  return { ...source, ...Object.fromEntries(read) }
}

/**
 * Checks the environment and fills in the defaults of CONTRACT.
 * @throws StartRefused with one sentence that names the variable and what it accepts
 */
export function readEnv(source: Source): Env {
  const parsed = variables.safeParse(withFiles(source))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new StartRefused(`${String(issue?.path[0])} ${issue?.message}.`)
  }
  const given = parsed.data
  const host = given.HOST ?? '127.0.0.1'
  const port = given.PORT ?? 3000
  const databaseUrl = given.DATABASE_URL ?? null
  const appUrl = originIn(given.APP_URL ?? '') ?? `http://localhost:${port}`
  const local = isLoopback(host)
  // Whoever listens on loopback alone may still be shown to the world by a proxy beside it.
  const forUsAlone = local && isLoopback(new URL(appUrl).hostname)
  if (!local && !given.APP_URL)
    throw new StartRefused(
      'APP_URL is required when HOST is not a loopback address: it accepts the address that people open, such as https://accounts.example.org.',
    )
  if (databaseUrl && !given.APP_KEYS)
    throw new StartRefused(
      'APP_KEYS is required with DATABASE_URL: it accepts a list such as k1:BASE64, newest first, where BASE64 stands for 32 random bytes (openssl rand -base64 32).',
    )
  if (given.DEMO && !forUsAlone)
    throw new StartRefused(
      'DEMO accepts on only when HOST and APP_URL are loopback addresses: the demo passwords are public.',
    )
  return {
    port,
    host,
    appUrl,
    databaseUrl,
    dataDir: path.resolve(given.DATA_DIR ?? '.data'),
    appKeys: given.APP_KEYS ?? null,
    demo: given.DEMO ?? (!databaseUrl && forUsAlone),
    inboxSmtpPort: given.INBOX_SMTP_PORT ?? (databaseUrl ? 0 : 1025),
    inboxPortChosen: given.INBOX_SMTP_PORT !== undefined,
    worker: given.WORKER ?? 'inline',
    trustedProxies: given.TRUSTED_PROXIES ?? [],
    privateAddresses: given.PRIVATE_ADDRESSES ?? false,
    metricsToken: given.METRICS_TOKEN ?? null,
    mailServerUrl: given.MAIL_SERVER_URL ?? null,
    adminEmail: given.ADMIN_EMAIL ?? null,
    config: given.LATCHKEY_CONFIG ? path.resolve(given.LATCHKEY_CONFIG) : null,
    passphrase: given.LATCHKEY_PASSPHRASE ?? null,
    calledFrom: source.INIT_CWD || process.cwd(),
    shutdownSeconds: given.SHUTDOWN_SECONDS ?? 25,
    logLevel: given.LOG_LEVEL ?? 'info',
  }
}

let current: Env | undefined

/** The checked environment of this process. */
export function env(): Env {
  current ??= readEnv(process.env)
  return current
}

/** For tests: run with other settings. */
export function setEnv(changes: Partial<Env>): void {
  current = { ...env(), ...changes }
}
