// What mail programs make of the mails, by the data of caniemail.com.
import { caniemail } from 'caniemail'
import { expect, test } from 'vitest'
import { type MailKind, type MailMessage, renderMail } from '.'
import { samples } from './samples'

/** Those that the data knows enough of. */
const clients = [
  'gmail.*',
  'outlook.*',
  'apple-mail.*',
  'yahoo.*',
  'aol.*',
  'samsung-email.*',
  'protonmail.*',
]

/** What some do not understand, and why that does no harm there. */
const harmless: Record<string, string> = {
  '@media': 'the mail stays light',
  '<style> element': 'the mail stays light',
  'color-scheme meta tag': 'the mail stays light, or is darkened by the program',
  '<body> element': 'a table of the same colour stands inside',
  'border-radius': 'corners are square',
  'display:none': 'the line that inboxes show beside the subject is read at the top, too',
  opacity: 'of the same line, which is hidden in three more ways',
  overflow: 'of the same line',
  'max-height property': 'of the same line',
  'overflow-wrap': 'a name without a space, as long as the mail is wide, makes it wider',
  'word-break': 'a link as long as the mail is wide makes it wider',
  'table-layout': 'the same',
  'text-decoration': 'links look as the program shows them',
  'text-decoration-line': 'the same',
  'role attribute': 'a screen reader may say “table”',
  'target attribute': 'links open where the program opens them',
}

test.each(Object.keys(samples) as MailKind[])('%s needs nothing that a mail program lacks', async kind => {
  const { html } = await renderMail({ kind, params: samples[kind] } as MailMessage, 'en')
  const { issues } = caniemail({ clients: clients as ['*'], html })
  const missing = [...issues.errors.values()].flat().map(({ title }) => title)
  expect([...new Set(missing)].filter(title => !(title in harmless))).toEqual([])
})
