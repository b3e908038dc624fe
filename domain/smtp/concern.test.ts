// The rule by which a failure opens the breaker of a server, or is left to its mail.
import { expect, it } from 'vitest'
import type { Cause } from './causes'
import { concernOf } from './concern'
import type { Stage } from './outcome'
import { explainReply } from './replies'

const met = (stage: Stage, code: number, enhanced: string | null, text: string) =>
  explainReply(
    { code, enhanced, text },
    {
      stage,
      encryption: 'none',
      authentication: 'none',
      offersAuth: false,
      authenticated: false,
      contentSent: false,
      from: 'from@example.org',
      to: 'to@example.org',
    },
  )

it.each<[Stage, Cause]>([
  ['dns', 'dns-not-found'],
  ['connect', 'connection-refused'],
  ['tls', 'certificate-expired'],
  ['auth', 'auth-rejected'],
  ['mail-from', 'auth-required'],
  ['data', 'basic-auth-disabled'],
  ['data', 'sender-rejected'],
  ['rcpt-to', 'client-blocked'],
  ['mail-from', 'connection-lost-before-data'],
  ['mail-from', 'protocol-error'],
  ['rcpt-to', 'protocol-error'],
])('at %s, %s is the trouble of the server', (stage, cause) =>
  expect(concernOf(cause, stage, null)).toBe('server'),
)

it.each<[Stage, Cause]>([
  ['rcpt-to', 'recipient-rejected'],
  ['rcpt-to', 'greylisted'],
  ['data', 'content-rejected'],
  ['data', 'connection-lost-before-data'],
  ['data', 'outcome-uncertain'],
])('at %s, %s says nothing about other mails', (stage, cause) =>
  expect(concernOf(cause, stage, null)).toBe('mail'),
)

it('is the server, in one word for all mails, who says that there was too much', () => {
  expect(met('greeting', 421, null, 'Too many connections')).toMatchObject({ concerns: 'server' })
  expect(met('mail-from', 450, '4.7.1', 'Too much mail')).toMatchObject({ concerns: 'server' })
  expect(met('data', 550, '5.4.5', 'Daily limit')).toMatchObject({ concerns: 'server', permanent: false })
  expect(met('rcpt-to', 450, '4.2.1', 'Too much mail')).toMatchObject({ concerns: 'mail' })
})

it('is the server who closes the channel, whatever it says', () => {
  expect(met('rcpt-to', 421, '4.4.2', 'The moon is full')).toMatchObject({ concerns: 'server' })
})
