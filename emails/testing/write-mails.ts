// Writes one mail of each kind in each language into a folder, for a browser: `node --import tsx … FOLDER`
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { locales } from '@/lib/i18n/locales'
import { type MailKind, type MailMessage, renderMail } from '..'
import { samples } from '../samples'

const [, , folder = ''] = process.argv
mkdirSync(folder, { recursive: true })
for (const kind of Object.keys(samples) as MailKind[])
  for (const locale of locales) {
    const { subject, html, text } = await renderMail({ kind, params: samples[kind] } as MailMessage, locale)
    writeFileSync(path.join(folder, `${kind}.${locale}.html`), html)
    writeFileSync(path.join(folder, `${kind}.${locale}.txt`), `Subject: ${subject}\n\n${text}`)
  }
