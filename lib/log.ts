import pino from 'pino'
import { env } from './env'
import { perProcess } from './global'
import { landingPages } from './landing-pages'

/**
 * What must never stand in a log: passwords, tokens, links and what a mail says. Field names are cut
 * wherever they occur in the first two levels; links are cut out of every string by their path.
 */
const secretFields = [
  'password',
  'newPassword',
  'secret',
  'token',
  'link',
  'url',
  'authorization',
  'cookie',
  'parameters',
  'raw',
  'html',
  'text',
]

/** Cuts the token out of every landing-page path in a text. */
const withoutTokens = (text: string) =>
  text.replace(new RegExp(`${landingPages.source}[\\w-]+`, 'g'), '/$1/[token]')

/** JSON on stdout, one object a line; in a terminal, lines for people. */
export const log = perProcess('log', () =>
  pino(
    {
      level: env().logLevel,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap(field => [field, `*.${field}`]), censor: '[redacted]' },
      formatters: { level: label => ({ level: label }) },
      hooks: { streamWrite: withoutTokens },
    },
    process.stdout.isTTY ? { write: forPeople } : pino.destination({ dest: 1, sync: true }),
  ),
)

function forPeople(line: string): void {
  const { level, time, msg, ...rest } = JSON.parse(line) as Record<string, string>
  const facts = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  process.stdout.write(`${time?.slice(11, 19)} ${level?.padEnd(5)} ${msg} ${facts.join(' ')}\n`)
}
