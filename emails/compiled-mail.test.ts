import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { locales } from '@/lib/i18n/locales'
import { compileMail, type MailMessage, renderMail } from '.'
import { mailTexts } from './_components/texts'
import { mailColours } from './colours'
import { blanksOf, filled, type MailParameters, ready } from './compiled-mail'
import { escapeBehind } from './escaping'
import { samples } from './samples'
import { templateKey, usualBlanks } from './stored-templates'
import { kinds, nastyMessage } from './testing/nasty'

/** As a server finds it: stored, and read again. */
async function compiled(...of: Parameters<typeof compileMail>) {
  const template = JSON.parse(JSON.stringify(await compileMail(...of)))
  return ready(template, await mailTexts(of[1]), mailColours(''))
}

async function filledMail(message: MailMessage, locale: string) {
  const { subject, html, text } = await compiled(message.kind, locale, blanksOf(message))
  const params = message.params as unknown as MailParameters
  return { subject: filled(subject, params), html: filled(html, params), text: filled(text, params) }
}

describe.each(locales.flatMap(locale => kinds.map(kind => ({ kind, locale }))))(
  '$kind in $locale',
  ({ kind, locale }) => {
    test('says the same, filled in, as it does when it is rendered', async () => {
      await fc.assert(
        fc.asyncProperty(nastyMessage(kind), async message => {
          expect(await filledMail(message, locale)).toEqual(await renderMail(message, locale))
        }),
        { numRuns: 30 },
      )
    })
  },
)

const activation = { ...samples.activation, name: 'Anna', invitedBy: 'Tom', support: 'help@example.org' }

test('one compiled mail serves all readers', async () => {
  const { text } = await compiled('activation', 'en')
  for (const name of ['Anna', 'slot0standin', 'slot1standin', '$&', '{name}'])
    expect(filled(text, { ...activation, name })).toContain(`Hello ${name},`)
})

test.each([
  ['no name', { name: '' }],
  ['a name of blanks', { name: ' \t\u2028' }],
  ['a name that turns the text and shows nothing', { name: '\u202e\u200b' }],
  ['nobody who invites', { invitedBy: null }],
  ['neither', { name: '', invitedBy: null }],
  ['nobody to ask', { support: null }],
  ['no link', { link: undefined }],
])('%s leaves out what it leaves out when rendered', async (_, blanks) => {
  const message = { kind: 'activation', params: { ...activation, ...blanks } } as MailMessage
  expect(blanksOf(message).map(([name]) => name)).toEqual(Object.keys(blanks))
  expect(await filledMail(message, 'de')).toEqual(await renderMail(message, 'de'))
})

test.each(['javascript:alert(1)', 'data:text/html,x', '/activate', 'https://example.org/a b', 'https://'])(
  'a link to %j is no mail',
  async link => {
    const { html } = await compiled('activation', 'en')
    expect(() => filled(html, { ...activation, link })).toThrow('not the address of a page')
  },
)

test.each(['<p class="', '<style>a { color: ', '<script>', '<!-- ', '<a title="', '<img src="'])(
  'a parameter behind %j is not compiled',
  before => {
    expect(() => escapeBehind(`<html><body>${before}`)).toThrow('in text or be a link')
  },
)

test.each([
  ['a name and who invites', {}],
  ['no name', { name: '' }],
  ['nobody who invites', { invitedBy: null }],
  ['neither', { name: '', invitedBy: null }],
  ['nobody to ask', { support: null }],
])('a mail with %s is among those that are compiled with the application', (_, blanks) => {
  const message = { kind: 'activation', params: { ...activation, ...blanks } } as MailMessage
  const keys = usualBlanks('activation').map(usual => templateKey('activation', 'en', usual))
  expect(keys).toContain(templateKey('activation', 'en', blanksOf(message)))
})
