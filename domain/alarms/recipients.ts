// Who gets the mail of an alarm: what stands in a rule, and whom that means for one alarm.
import type { User } from '@/generated/prisma/client'
import type { Tx } from '@/lib/db'
import { addressKey, readAddress } from '@/lib/email-address'
import type { RuleSettings } from './rule-settings'

export type RecipientLine =
  | { kind: 'tenant-administrators' | 'customer-users' }
  | { kind: 'address'; address: string }
  | { kind: 'path'; path: string[] }

/** Understands one line of recipients; null for what is none. */
export function readRecipientLine(line: string): RecipientLine | null {
  const text = line.trim()
  if (text === 'tenant-administrators' || text === 'customer-users') return { kind: text }
  const [, path] = /^\$\{\s*(?:alarm\.)?([\w-]+(?:\.[\w-]+)*)\s*\}$/.exec(text) ?? []
  if (path) return { kind: 'path', path: path.split('.') }
  const address = readAddress(text)
  return address === null ? null : { kind: 'address', address }
}

export type Recipient = {
  address: string
  how: 'to' | 'cc' | 'bcc'
  /** Of those who have an account in the tenant */
  userId: string | null
  timeZone: string | null
}

/** One mail goes to no more than so many. */
const mostRecipients = 50

type Person = Pick<User, 'id' | 'email' | 'emailKey' | 'role' | 'customerId' | 'timeZone'>

/** Who can be meant in a tenant, for some alarms and rules. */
export class People {
  private readonly byKey: Map<string, Person>

  private constructor(private readonly people: Person[]) {
    this.byKey = new Map(people.map(person => [person.emailKey, person]))
  }

  /** @param customerIds of the alarms @param addresses that stand in rules and alarms */
  static async read(tx: Tx, tenantId: string, customerIds: string[], addresses: string[]): Promise<People> {
    const people = await tx.user.findMany({
      where: {
        tenantId,
        state: 'active',
        OR: [
          { role: 'tenant_administrator' },
          { customerId: { in: customerIds } },
          { emailKey: { in: addresses.map(addressKey) } },
        ],
      },
      orderBy: { emailKey: 'asc' },
      select: { id: true, email: true, emailKey: true, role: true, customerId: true, timeZone: true },
    })
    return new People(people)
  }

  /** Whom the settings of a rule mean for an alarm, each once: in the first place where they stand. */
  meant(settings: Pick<RuleSettings, 'recipients' | 'cc' | 'bcc'>, alarm: AddressedAlarm): Recipient[] {
    const found = new Map<string, Recipient>()
    for (const [how, lines] of [
      ['to', settings.recipients],
      ['cc', settings.cc],
      ['bcc', settings.bcc],
    ] as const)
      for (const line of lines)
        for (const one of this.ofLine(line, alarm))
          if (found.size < mostRecipients && !found.has(addressKey(one.address)))
            found.set(addressKey(one.address), { ...one, how })
    return [...found.values()]
  }

  private ofLine(line: string, alarm: AddressedAlarm): Omit<Recipient, 'how'>[] {
    const read = readRecipientLine(line)
    switch (read?.kind) {
      case 'tenant-administrators':
        return this.people.filter(({ role }) => role === 'tenant_administrator').map(asRecipient)
      case 'customer-users':
        return this.people
          .filter(({ customerId }) => customerId !== null && customerId === alarm.customerId)
          .map(asRecipient)
      case 'address':
        return [this.ofAddress(read.address)]
      case 'path':
        return addressesAt(alarm, read.path).map(address => this.ofAddress(address))
      default:
        return []
    }
  }

  private ofAddress(address: string): Omit<Recipient, 'how'> {
    const person = this.byKey.get(addressKey(address))
    return person ? asRecipient(person) : { address, userId: null, timeZone: null }
  }
}

export type AddressedAlarm = { customerId: string | null; details: unknown } & Record<string, unknown>

const asRecipient = ({ id, email, timeZone }: Person) => ({ address: email, userId: id, timeZone })

/** All addresses that may be meant by some rules for some alarms. */
export const addressesIn = (
  settings: Pick<RuleSettings, 'recipients' | 'cc' | 'bcc'>,
  alarm: AddressedAlarm,
): string[] =>
  [...settings.recipients, ...settings.cc, ...settings.bcc].flatMap(line => {
    const read = readRecipientLine(line)
    if (read?.kind === 'address') return [read.address]
    return read?.kind === 'path' ? addressesAt(alarm, read.path) : []
  })

/** Addresses out of one alarm are no more than so many. */
const mostOutOfAlarm = 20

/** The addresses at a place of an alarm: a text, or a list of texts. What is none is passed over. */
function addressesAt(alarm: AddressedAlarm, path: string[]): string[] {
  let value: unknown = alarm
  for (const name of path)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined
  return (Array.isArray(value) ? value.slice(0, mostOutOfAlarm) : [value]).flatMap(one =>
    typeof one === 'string' ? (readAddress(one) ?? []) : [],
  )
}
