// What the columns and the words of an imported file mean: as they are called in English and German, and by whom.
import type { Role } from '@/generated/prisma/enums'
import { type Locale, locales } from '@/lib/i18n/locales'

/** In the order of the exported file, which can be imported again. */
export const importColumns = [
  'email',
  'firstName',
  'lastName',
  'role',
  'tenant',
  'customer',
  'language',
] as const

export type ImportColumn = (typeof importColumns)[number]

/** As `keyOf` reads them. */
const synonyms: Record<ImportColumn, string> = {
  email: 'email emailaddress mail mailaddress emailadresse mailadresse login username benutzername',
  firstName: 'firstname givenname forename vorname rufname',
  lastName: 'lastname surname familyname nachname familienname zuname',
  role: 'role userrole rolle benutzerrolle berechtigung',
  tenant: 'tenant tenantname mandant mandantenname organisation organization',
  customer: 'customer customername kunde kundenname',
  language: 'language locale lang sprache',
}

const roles: Record<Role, string> = {
  system_administrator: 'systemadministrator systemadmin sysadmin systemverwaltung systemverwalter',
  tenant_administrator:
    'tenantadministrator tenantadmin mandantenverwaltung mandantenverwalter mandantenadministrator mandantenadmin mandantadministrator',
  customer_user: 'customeruser customer user kundenbenutzer benutzer',
}

const languages: Record<Locale, string> = {
  en: 'en eng english englisch',
  de: 'de deu ger german deutsch',
}

/** Letter case, spaces, hyphens and accents make no difference. */
const keyOf = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

const isOneOf = (words: string, text: string) => words.split(' ').includes(keyOf(text))

export type Mapping = {
  /** Where in a row each column stands */
  columns: Partial<Record<ImportColumn, number>>
  /** What stands in the head and is not used: not recognised, or there twice */
  ignored: string[]
  /** Which of the cells may hold what nobody should keep */
  secret: number[]
}

/** Recognises the columns of a file by their names. */
export function mapColumns(head: readonly string[]): Mapping {
  const mapping: Mapping = { columns: {}, ignored: [], secret: [] }
  head.forEach((name, at) => {
    const column = importColumns.find(one => isOneOf(synonyms[one], name))
    if (column && mapping.columns[column] === undefined) mapping.columns[column] = at
    else if (name.trim() !== '') mapping.ignored.push(name.trim())
    if (!column && /passwor|kennwort|secret|geheim|token|hash/i.test(name)) mapping.secret.push(at)
  })
  return mapping
}

/** How much a row looks like a head; see `readCsv`. */
export const headScore = (head: readonly string[]): number => Object.keys(mapColumns(head).columns).length

/** @returns undefined for what is no role */
export const roleIn = (text: string): Role | undefined =>
  (Object.keys(roles) as Role[]).find(role => isOneOf(roles[role], text))

/** Also with a country: `de-AT`, `en_GB`. @returns undefined for a language that we do not speak */
export const languageIn = (text: string): Locale | undefined =>
  locales.find(locale => isOneOf(languages[locale], text.replace(/^\s*([a-z]{2})[-_][a-z]{2}\s*$/i, '$1')))
