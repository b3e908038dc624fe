// What people and attackers put into the parameters of a mail.
import fc from 'fast-check'
import type { MailKind } from '..'
import { type MailMessage, parametersOf } from '../message'

const fragments = [
  ...[
    'Anna Example',
    'Änne Öztürk',
    '<script>alert(1)</script>',
    '"',
    "'",
    '&',
    '&amp;',
    '<',
    '>',
    '-->',
    ']]>',
  ],
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\nBcc: all@example.org\r\n',
    '\r\n\r\n',
    '\r\n.\r\n',
    '\u2028',
    '\u2029',
    '\0',
    '\t',
  ],
  ...[
    '\u202e',
    '\u202d',
    '\u2066',
    '\u200f',
    'דנה',
    'دانا',
    '👩‍🚀',
    '中文',
    '\u0301',
    '\u200b',
    '\u00a0',
    '\ufeff',
  ],
  ...[
    ' ',
    '  ',
    '.',
    '..',
    '=',
    '=20',
    '=?utf-8?Q?a?=',
    '$&',
    '$1',
    '\\',
    '{name}',
    "'{",
    '#',
    '%00',
    'From ',
  ],
  ...['slot0standin', 'slot1standin', '--=_latchkey', 'x'.repeat(200), '.'.repeat(80), 'ü'.repeat(100)],
]

/** Anything a name or an address may hold, also nothing. */
export const nastyText = fc.oneof(
  fc.array(fc.constantFrom(...fragments), { maxLength: 6 }).map(parts => parts.join('')),
  fc.string({ unit: 'grapheme' }),
)

const nastyLink = fc
  .array(fc.constantFrom(...fragments.filter(part => !/[\s\0\u200b]/.test(part))), { maxLength: 5 })
  .map(parts => `https://latchkey.example.org/${parts.join('/')}`)

const moment = fc
  .tuple(
    fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
    fc.constantFrom('', '[UTC]', '[Asia/Kolkata]', '[America/New_York]', '[Nowhere/Atlantis]'),
  )
  .map(([at, zone]) => at.toISOString() + zone)

const span = fc
  .tuple(fc.nat({ max: 100 }), fc.constantFrom('P#D', 'PT#H', 'PT#M'))
  .map(([number, form]) => form.replace('#', String(number)))

const valuesOf = (name: string) => {
  if (name === 'link' || name.endsWith('Url')) return nastyLink
  if (name.endsWith('At')) return moment
  if (name === 'validFor') return span
  // It is made by us, like moments and spans.
  if (name === 'code') return fc.stringMatching(/^[\dA-Z]{4}-[\dA-Z]{4}$/)
  return name === 'invitedBy' || name === 'support' ? fc.option(nastyText) : nastyText
}

export const kinds = Object.keys(parametersOf) as MailKind[]

export const nastyMessage = (kind: MailKind): fc.Arbitrary<MailMessage> =>
  fc
    .record(Object.fromEntries(parametersOf[kind].map(name => [name, valuesOf(name)])))
    .map(params => ({ kind, params }) as unknown as MailMessage)
