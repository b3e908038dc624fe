// DNS as checks of a domain need it: records, none, or no answer; each question asked once and never for long.
import { Resolver } from 'node:dns/promises'
import net from 'node:net'

/** The part of `node:dns/promises` that is used, so that a test can bring one that asks its own server. */
export type DnsResolver = Pick<Resolver, 'resolve' | 'cancel'>

type RecordOf = {
  TXT: string[]
  MX: { priority: number; exchange: string }
  A: string
  AAAA: string
  PTR: string
  SRV: { priority: number; weight: number; port: number; name: string }
}
type Type = keyof RecordOf

/** No server has answered in time, or it could not say: nothing is known about the name. */
export class NoAnswer extends Error {
  /** The word that mailauth takes for "try again later" (`temperror`). */
  readonly code = 'ETIMEOUT'
}

/** For one question, and for all of one check together, in milliseconds. */
const limits = { question: 3_000, check: 5_500 }

/** A resolver that asks the servers of this machine. */
const systemResolver = (): DnsResolver => new Resolver({ timeout: 1_000, tries: 2 })

export class Dns {
  private readonly asked = new Map<string, Promise<unknown[]>>()
  private readonly unknown = new Set<string>()
  private readonly deadline = Date.now() + limits.check

  constructor(private readonly resolver: DnsResolver = systemResolver()) {}

  /** The text of each TXT record, its strings joined (RFC 7208 §3.3). */
  txt = async (name: string): Promise<string[]> => (await this.ask(name, 'TXT')).map(parts => parts.join(''))

  mx = (name: string) => this.ask(name, 'MX')

  /** The target of a service that is not offered is empty or a dot (RFC 2782). */
  srv = (name: string) => this.ask(name, 'SRV')

  /** Whether an answer so far has said that there is no such name, which is more than no such records. */
  isUnknown = (name: string) => this.unknown.has(name.toLowerCase())

  /** IPv4 and IPv6 addresses. */
  addresses = async (name: string): Promise<string[]> =>
    (await Promise.all([this.ask(name, 'A'), this.ask(name, 'AAAA')])).flat()

  /** The names that an address goes by. */
  names = (address: string): Promise<string[]> => this.ask(reverseName(address), 'PTR')

  /** As mailauth asks: no records is an error with a code there. */
  resolve = async (name: string, type: string): Promise<never> => {
    const records = await this.ask(name, type as Type)
    if (records.length === 0) throw Object.assign(new Error('No such record'), { code: 'ENODATA' })
    return records as never
  }

  /** Ends what is still under way. */
  close() {
    this.resolver.cancel()
  }

  /** @throws NoAnswer */
  private ask<T extends Type>(name: string, type: T): Promise<RecordOf[T][]> {
    const question = `${type} ${name.toLowerCase()}`
    const answer = this.asked.get(question) ?? this.inTime(this.query(name, type))
    this.asked.set(question, answer)
    return answer as Promise<RecordOf[T][]>
  }

  private async query(name: string, type: Type): Promise<unknown[]> {
    try {
      return (await this.resolver.resolve(name, type)) as unknown[]
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOTFOUND') this.unknown.add(name.toLowerCase())
      // A name that cannot exist (a label too long, say) has no records either.
      if (code === 'ENOTFOUND' || code === 'ENODATA' || code === 'EBADNAME') return []
      throw new NoAnswer(`${type} ${name}: ${code}`)
    }
  }

  private async inTime(answer: Promise<unknown[]>): Promise<unknown[]> {
    let timer: NodeJS.Timeout | undefined
    const left = Math.max(0, Math.min(limits.question, this.deadline - Date.now()))
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NoAnswer('too late')), left)
    })
    return Promise.race([answer, late]).finally(() => clearTimeout(timer))
  }
}

/** The name under which an address is looked up (RFC 1035 §3.5, RFC 3596 §2.5). */
export function reverseName(address: string): string {
  if (net.isIPv4(address)) return `${address.split('.').reverse().join('.')}.in-addr.arpa`
  const [head = '', tail] = address.replace(/%.*/, '').split('::')
  const groups = (part = '') => part.split(':').filter(Boolean)
  const gap = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array<string>(gap).fill('0'), ...groups(tail)]
  const nibbles = all.map(group => group.padStart(4, '0')).join('')
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`
}

const notPublic = new net.BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  notPublic.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  notPublic.addSubnet(network, bits, 'ipv6')

/** Whether the rest of the world can see this address (RFC 6890). */
export const isPublic = (address: string): boolean =>
  !notPublic.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4')
