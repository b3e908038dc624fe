// What is not known is told in the server's words and blamed on nobody; and no text is slow to understand.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Circumstances } from './meaning'
import type { SmtpReply, Stage } from './outcome'
import { explainReply } from './replies'
import { refusesMechanism } from './replies-login'
import { wordings } from './wordings'

const circumstances: Circumstances = {
  stage: 'rcpt-to',
  encryption: 'starttls',
  authentication: 'password',
  offersAuth: true,
  authenticated: true,
  contentSent: false,
  from: 'from@example.org',
  to: 'to@example.org',
}
const explain = (reply: SmtpReply, changes: Partial<Circumstances> = {}) =>
  explainReply(reply, { ...circumstances, ...changes })

/** Words of no language, and sentences that no server says. */
const unknownText = fc.oneof(
  fc
    .array(fc.stringMatching(/^[qxzjkv]{2,9}$/), { minLength: 1, maxLength: 12 })
    .map(words => words.join(' ')),
  fc.constantFrom('The moon is full', 'Heute nicht', 'Go away', 'No.', 'Computer says no', 'ERR-4711', ''),
)
const steps: Stage[] = ['greeting', 'ehlo', 'auth', 'mail-from', 'rcpt-to', 'data']
const blaming = ['auth-rejected', 'app-password-required', 'recipient-rejected', 'mailbox-full']

it('an unknown text is blamed neither on the password nor on the recipient, and is always told', () => {
  // Codes that are about the credentials whatever is said (RFC 4954 §6, RFC 5248 §2.4).
  const aboutCredentials = [525, 535]
  fc.assert(
    fc.property(
      fc.constantFrom(...steps),
      fc.integer({ min: 400, max: 599 }),
      unknownText,
      fc.boolean(),
      (stage, code, text, signedIn) => {
        fc.pre(!(stage === 'auth' && aboutCredentials.includes(code)))
        const { cause, detail } = explain({ code, enhanced: null, text }, { stage, authenticated: signedIn })
        expect(blaming).not.toContain(cause)
        expect(detail.reply).toContain(`${code}`)
        expect(detail.reply).toContain(text)
      },
    ),
    { numRuns: 2000 },
  )
})

it('what would meet every mail is the end of none, whatever is said', () => {
  const known = Object.values(wordings).map(pattern => pattern.source)
  fc.assert(
    fc.property(
      fc.constantFrom(...steps),
      fc.integer({ min: 400, max: 599 }),
      fc.option(fc.tuple(fc.nat(7), fc.nat(800)).map(parts => `5.${parts.join('.')}`)),
      fc.oneof(unknownText, fc.string({ maxLength: 200 }), fc.constantFrom(...known)),
      (stage, code, enhanced, text) => {
        const { concerns, permanent, detail } = explain({ code, enhanced, text }, { stage })
        if (permanent) expect([concerns, code >= 500]).toEqual(['mail', true])
        expect(detail.reply).toContain(text.slice(0, 1000))
      },
    ),
    { numRuns: 2000 },
  )
})

it('is about the recipient, where a bare code says so in words of some language', () => {
  for (const text of [
    'No such user here',
    'Unknown user',
    'Unbekannter Empfänger',
    'Das Postfach existiert nicht',
    'Utilisateur inconnu',
    'Usuario desconocido',
    'Utente sconosciuto',
    'Onbekende gebruiker',
    'Пользователь не найден',
  ])
    expect(explain({ code: 550, enhanced: null, text }).cause, text).toBe('recipient-rejected')
})

it('says that the server has trouble of its own, where it says so', () => {
  const text = 'Service unavailable - try again later'
  for (const stage of ['ehlo', 'mail-from', 'data'] as const)
    expect(explain({ code: 451, enhanced: '4.7.1', text }, { stage })).toMatchObject({
      cause: 'protocol-error',
      concerns: 'server',
      detail: { reason: 'busy' },
    })
})

/** A search for these is tried from many places, and goes far from each. */
const floods = [
  'user ',
  'a@',
  'address address ',
  'not verified failed the check ',
  'client host ',
  ' ',
  '1.1.1 ',
  'from ',
  'mailbox'.repeat(9),
  'ip ',
  'daily ',
  '<',
]

it.each(floods)('looks at the beginning of a flood of %j only, and tells no more of it', flood => {
  const text = flood.repeat(Math.ceil((64 * 1024) / flood.length))
  const looked: number[] = []
  const { exec } = RegExp.prototype
  RegExp.prototype.exec = function (said) {
    looked.push(said.length)
    return exec.call(this, said)
  }
  try {
    for (const stage of steps)
      expect(explain({ code: 550, enhanced: null, text }, { stage }).detail.reply?.length).toBeLessThan(1100)
    refusesMechanism({ code: 550, enhanced: null, text })
  } finally {
    RegExp.prototype.exec = exec
  }
  expect(Math.max(0, ...looked)).toBeLessThanOrEqual(2000)
})

it.each<[number, string]>([
  [535, '5.7.8 Error: authentication failed: invalid mechanism'],
  [535, 'mechanism not supported'],
  [535, 'Unrecognized authentication type'],
  [502, '5.5.1 Command not implemented'],
  [501, '5.5.4 Syntax error in parameters'],
  [504, '5.5.4 Unrecognized authentication type'],
  [534, '5.7.9 Authentication mechanism is too weak'],
])('after %i %s another mechanism is tried', (code, text) =>
  expect(refusesMechanism({ code, enhanced: null, text })).toBe(true),
)

it.each<[number, string]>([
  [535, '5.7.8 Authentication credentials invalid'],
  [535, '5.7.3 Authentication unsuccessful'],
  [535, '5.7.139 Authentication unsuccessful, basic authentication is not supported'],
  [535, 'Incorrect authentication data'],
  [501, 'Invalid password'],
  [534, '5.7.9 Application-specific password required'],
  [454, '4.7.0 Temporary authentication failure'],
  [502, '5.7.0 Your SMTP account is not yet activated'],
])('after %i %s it is not', (code, text) =>
  expect(refusesMechanism({ code, enhanced: null, text })).toBe(false),
)
