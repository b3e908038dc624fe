// Mails that were compiled when the application was built. To compile one takes React Email, which is 40 MB of
// memory that is not given back; so a server in production reads the result, and compiles only the rare rest.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Blanks, MailTemplate } from './compiled-mail'
import { type MailKind, parametersOf } from './message'

/** Written by scripts/compile-mails.ts; `of` names the sources that it was made of. */
export type StoredTemplates = { of: string; templates: Record<string, MailTemplate> }

export const storedTemplatesFile = () => path.join(process.cwd(), 'generated', 'mails.json')

export const templateKey = (kind: MailKind, locale: string, blanks: Blanks) =>
  JSON.stringify([kind, locale, blanks])

/** The blanks that mails of a kind have in practice, the most usual first: there is nobody to ask, no name is known, or not who invites. */
export function usualBlanks(kind: MailKind): Blanks[] {
  const has = (name: string) => (parametersOf[kind] as readonly string[]).includes(name)
  const names: Blanks[] = has('name') ? [[], [['name', '']]] : [[]]
  const inviters: Blanks[] = has('invitedBy') ? [[], [['invitedBy', null]]] : [[]]
  const supports: Blanks[] = [[['support', null]], []]
  return supports.flatMap(support =>
    names.flatMap(name => inviters.map(inviter => [...name, ...support, ...inviter])),
  )
}

/** A template from the build, or undefined where it has to be compiled: always while developing and testing. */
export function storedTemplate(kind: MailKind, locale: string, blanks: Blanks): MailTemplate | undefined {
  stored ??= read()
  return stored.templates[templateKey(kind, locale, blanks)]
}

let stored: StoredTemplates | undefined

function read(): StoredTemplates {
  const none = { of: '', templates: {} }
  if (process.env.NODE_ENV !== 'production' || !existsSync(storedTemplatesFile())) return none
  return JSON.parse(readFileSync(storedTemplatesFile(), 'utf8'))
}
