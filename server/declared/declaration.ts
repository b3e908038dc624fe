// What an installation is declared as from outside: the file that LATCHKEY_CONFIG names, and MAIL_SERVER_URL. What it
// says goes through the very checks of the forms.
import { z } from 'zod'
import { mailServerForm, type TypedMailServer } from '@/domain/mail-server/form'
import { longest, type MailServerField } from '@/domain/mail-server/form-refusals'
import { presetOf, presets } from '@/domain/mail-server/presets'
import { secretsFor } from '@/domain/mail-server/secrets'
import { type Installation, InstallationFields } from '@/domain/settings/installation'
import { secretNames } from '@/domain/smtp/settings'
import type { DeclaredTenant } from '@/domain/tenancy/declared-tenants'
import { nameKey } from '@/domain/tenancy/name-key'
import { locales } from '@/lib/i18n/locales'
import { requiredNameField } from '@/lib/name-field'
import { Refusal } from '@/lib/refusal'

export type Declaration = {
  settings: Partial<Installation>
  /** In their order: the first is the one that all mail goes through */
  mailServers: TypedMailServer[]
  tenants: DeclaredTenant[]
}

type Path = (string | number)[]

/** What is wrong, by the path that leads to it: `mailServers`, 0, `port`. */
export type Fault = {
  path: Path
  /** A code of the messages, */
  code?: string
  values?: Record<string, string | number>
  /** or a sentence */
  says?: string
}

/** Reads what the file holds, as YAML understood it. */
export function readDeclaration(value: unknown, readFile: (name: string) => string) {
  const faults: Fault[] = []
  const top = mapping(value ?? {}, [], ['settings', 'mailServers', 'tenants'], faults)
  const declaration: Declaration = {
    settings: readSettings(top.settings ?? {}, faults),
    mailServers: list(top.mailServers, ['mailServers'], faults).flatMap(
      (one, index) => readMailServer(one, ['mailServers', index], readFile, faults) ?? [],
    ),
    tenants: list(top.tenants, ['tenants'], faults).flatMap(
      (one, index) => readTenant(one, ['tenants', index], faults) ?? [],
    ),
  }
  refuseTwice(
    declaration.mailServers.map(({ name }) => name),
    ['mailServers'],
    faults,
  )
  refuseTwice(
    declaration.tenants.map(({ name }) => nameKey(name)),
    ['tenants'],
    faults,
  )
  return { declaration, faults }
}

/** The fields of a form, as the text that it would have been typed as. */
const typed = (value: unknown, yes: string, no: string): string =>
  Array.isArray(value)
    ? value.map(one => typed(one, yes, no)).join('\n')
    : value === null || value === undefined
      ? ''
      : typeof value === 'boolean'
        ? value
          ? yes
          : no
        : String(value)

function readSettings(value: unknown, faults: Fault[]): Partial<Installation> {
  const path = ['settings']
  const given = mapping(value, path, Object.keys(InstallationFields), faults)
  const schema = z.object(InstallationFields).partial()
  const texts = Object.entries(given).map(([field, one]) => [
    field,
    // What is a box in the form is on or off here.
    field === 'renewWeaker' ? typed(one, 'on', '') : typed(one, 'on', 'off'),
  ])
  return parsed(schema, Object.fromEntries(texts), path, faults) ?? {}
}

const fieldNames = Object.keys(longest) as MailServerField[]
const secretFiles = secretNames.map(name => `${name}File`)

/** Reads one mail server out of the fields of its form; what a provider's preset holds need not be said. */
export function readMailServer(
  value: unknown,
  path: Path,
  readFile: (name: string) => string,
  faults: Fault[],
): TypedMailServer | null {
  const given = mapping(value, path, [...fieldNames, ...secretFiles], faults)
  const before = faults.length
  for (const secret of secretNames) {
    const file = given[`${secret}File`]
    if (file === undefined) continue
    if (given[secret] !== undefined)
      faults.push({ path: [...path, secret], says: `${secret} and ${secret}File are both given: give one` })
    try {
      given[secret] = readFile(String(file)).replace(/\r?\n$/, '')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      faults.push({ path: [...path, `${secret}File`], says: `${file} cannot be read (${code})` })
    }
  }
  const { provider } = given
  if (provider !== undefined && !presets.some(({ id }) => id === provider))
    faults.push({
      path: [...path, 'provider'],
      says: `one of ${presets.map(({ id }) => id).join(', ')} is expected`,
    })
  if (faults.length > before) return null
  const form = parsed(mailServerForm, withPreset(given), path, faults)
  if (!form) return null
  try {
    secretsFor(form, null)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    faults.push({ path: [...path, error.options.field ?? 'password'], code: error.code })
    return null
  }
  return form
}

function withPreset(given: Record<string, unknown>): Record<string, string> {
  const preset = presetOf(String(given.provider ?? 'custom'))
  const texts = Object.fromEntries(
    Object.entries(given)
      .filter(([field]) => fieldNames.includes(field as MailServerField))
      .map(([field, one]) => [field, typed(one, 'on', '')]),
  )
  const encryption = texts.encryption || preset.encryption || 'starttls'
  const ports: Record<string, number> = { 'implicit-tls': 465, starttls: 587, none: 25 }
  const usual = preset.encryption === encryption ? preset.port : (ports[encryption] ?? 587)
  return {
    ...(preset.id !== 'custom' && { host: preset.host, username: preset.username ?? '' }),
    port: String(usual),
    encryption,
    authentication: texts.username || preset.username ? 'password' : 'none',
    useProxy: texts.proxyHost ? 'on' : '',
    ...texts,
  }
}

function readTenant(value: unknown, path: Path, faults: Fault[]): DeclaredTenant | null {
  const given = mapping(value, path, ['name', 'locale', 'customers'], faults)
  const customers = list(given.customers, [...path, 'customers'], faults).flatMap((one, index) => {
    const name = parsed(requiredNameField, typed(one, 'on', 'off'), [...path, 'customers', index], faults)
    return name ?? []
  })
  refuseTwice(customers.map(nameKey), [...path, 'customers'], faults)
  const head = parsed(
    z.object({ name: requiredNameField, locale: z.enum(locales).nullable() }),
    { name: typed(given.name, 'on', 'off'), locale: given.locale ?? null },
    path,
    faults,
  )
  return head && { ...head, customers }
}

/** @returns null with the faults noted */
function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: Path,
  faults: Fault[],
): z.output<Schema> | null {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues)
    faults.push({
      path: [...path, ...(issue.path as Path)],
      // What a form offers as choices has no words of its own for others.
      ...(issue.code === 'invalid_value'
        ? { says: `one of ${issue.values.join(', ')} is expected` }
        : { code: issue.message }),
    })
  return null
}

function mapping(
  value: unknown,
  path: Path,
  known: readonly string[],
  faults: Fault[],
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push({ path, says: `a mapping of ${known.slice(0, 4).join(', ')} … is expected` })
    return {}
  }
  for (const key of Object.keys(value))
    if (!known.includes(key))
      faults.push({ path: [...path, key], says: `there is no such thing; known are ${known.join(', ')}` })
  return { ...(value as Record<string, unknown>) }
}

function list(value: unknown, path: Path, faults: Fault[]): unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  faults.push({ path, says: 'a list is expected' })
  return []
}

function refuseTwice(names: string[], path: Path, faults: Fault[]): void {
  for (const [index, name] of names.entries())
    if (names.indexOf(name) < index)
      faults.push({ path: [...path, index], says: 'the name stands there twice' })
}
