// Compiles all mails in all languages, for servers in production: see emails/stored-templates.ts.
import { renameSync, writeFileSync } from 'node:fs'
import { compileMail, type MailKind } from '@/emails'
import { parametersOf } from '@/emails/message'
import {
  type StoredTemplates,
  storedTemplatesFile,
  templateKey,
  usualBlanks,
} from '@/emails/stored-templates'
import { locales } from '@/lib/i18n/locales'

const templates: StoredTemplates['templates'] = {}
for (const kind of Object.keys(parametersOf) as MailKind[])
  for (const locale of locales)
    for (const blanks of usualBlanks(kind))
      templates[templateKey(kind, locale, blanks)] = await compileMail(kind, locale, blanks)

const [, , of = ''] = process.argv
const draft = `${storedTemplatesFile()}.${process.pid}`
writeFileSync(draft, JSON.stringify({ of, templates } satisfies StoredTemplates))
renameSync(draft, storedTemplatesFile())
