// What DNS says of a domain's mail servers: those to submit to (SRV), and those that take its mail (MX).
import net from 'node:net'
import { readHost } from '@/domain/smtp/host'
import { type Dns, NoAnswer } from '@/lib/dns'
import { type Place, providerOfHost } from './find-provider'

type Encryption = Place['encryption']

/** Implicit TLS comes first (RFC 8314 §3.3 and §5.1), then STARTTLS (RFC 6186 §3.1). */
const services: Record<Encryption, string> = {
  'implicit-tls': '_submissions._tcp',
  starttls: '_submission._tcp',
}

/** As many as are worth asking. */
const most = { services: 4, hosts: 3 }

export type Announced = {
  /** In the order in which the domain wants them to be tried. */
  places: Place[]
  /** What the domain says it does not offer. */
  notOffered: Encryption[]
}

/** The servers that the domain announces by SRV records; null if DNS does not answer. */
export async function announcedBy(dns: Dns, domain: string): Promise<Announced | null> {
  const asked = await Promise.all(
    (['implicit-tls', 'starttls'] as const).map(async encryption => ({
      encryption,
      records: await orSilence(dns.srv(`${services[encryption]}.${domain}`)),
    })),
  )
  if (asked.every(({ records }) => records === null)) return null
  return {
    places: asked.flatMap(({ encryption, records }) =>
      inOrder(records ?? []).flatMap(({ name, port }) => {
        const host = hostOf(name)
        return host === null || port === 0 ? [] : [{ host, port, encryption, provider: providerOfHost(host) }]
      }),
    ),
    // RFC 2782: a single record with the target "." says that the service is decidedly not available.
    notOffered: asked.flatMap(({ encryption, records }) =>
      records?.length && records.every(({ name }) => isRoot(name)) ? [encryption] : [],
    ),
  }
}

/** The hosts that take the domain's mail, the preferred ones first; null if DNS does not answer. */
export async function mailHostsOf(dns: Dns, domain: string): Promise<string[] | null> {
  const records = await orSilence(dns.mx(domain))
  return (
    records &&
    [...records]
      .sort((one, other) => one.priority - other.priority)
      .flatMap(({ exchange }) => hostOf(exchange) ?? [])
      .slice(0, most.hosts)
  )
}

type Srv = Awaited<ReturnType<Dns['srv']>>[number]

/**
 * The lowest priority first, and of equal ones the heavier (RFC 2782). A client that connects by itself draws lots by
 * weight; a list that a person reads shall be the same each time.
 */
const inOrder = (records: Srv[]) =>
  records
    .filter(({ name }) => !isRoot(name))
    .sort((one, other) => one.priority - other.priority || other.weight - one.weight)
    .slice(0, most.services)

const isRoot = (name: string) => name === '' || name === '.'

/** A name from DNS as a host that the form would take; null for anything else. */
export function hostOf(name: string): string | null {
  const read = readHost(name.toLowerCase())
  return typeof read === 'string' || read.port !== null || net.isIP(read.host) ? null : read.host
}

const orSilence = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch(error => {
    if (error instanceof NoAnswer) return null
    throw error
  })
