// What a key may do: by resource, and whether it reads or writes.
import type { Role } from '@/generated/prisma/enums'

const readAndWrite = ['read', 'write'] as const

/** What each resource of the API can be asked for. */
const verbsOf = {
  users: readAndWrite,
  'password-resets': ['write'],
  mails: readAndWrite,
  customers: readAndWrite,
  tenants: readAndWrite,
  'mail-servers': readAndWrite,
  alarms: readAndWrite,
  rules: readAndWrite,
  webhooks: readAndWrite,
  audit: ['read'],
} as const satisfies Record<string, readonly ('read' | 'write')[]>

type Verbs = typeof verbsOf
export type Resource = keyof Verbs
export type Scope = { [Name in Resource]: `${Name}:${Verbs[Name][number]}` }[Resource]

/** What only the system administrator looks after. */
const ofTheSystem: Resource[] = ['tenants']

export const resources = Object.keys(verbsOf) as Resource[]
export const scopes = resources.flatMap(resource =>
  verbsOf[resource].map(verb => `${resource}:${verb}` as Scope),
)

/** The scopes that a key of somebody in this role can have. */
export const scopesFor = (role: Role): Scope[] =>
  role === 'system_administrator'
    ? scopes
    : scopes.filter(scope => !ofTheSystem.some(resource => scope.startsWith(`${resource}:`)))
