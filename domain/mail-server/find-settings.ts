// From an email address alone to proposals for the mail server form.
import { setMaxListeners } from 'node:events'
import net from 'node:net'
import { domainToASCII } from 'node:url'
import { readMailbox } from '@/domain/smtp/mailbox'
import type { Viewer } from '@/domain/viewer'
import { Dns, type DnsResolver } from '@/lib/dns'
import { Refusal } from '@/lib/refusal'
import { type AskingNetwork, ask, type CertificateProblem } from './find-asking'
import { type Announced, announcedBy, hostOf, mailHostsOf } from './find-dns'
import { type Place, providerOfDomain, providerOfMx } from './find-provider'
import { presetOf } from './presets'
import { publicOnly, scopeOf } from './scope'

export type Proposal = Place & {
  /** In the order of preference. */
  source: 'provider' | 'srv' | 'mx-provider' | 'probe'
  /** The whole address, or what every customer of the provider enters. */
  username: string
  /** Null: not asked, because DNS is silent or the port is none that mail is usually submitted to. */
  answered: boolean | null
  certificate: CertificateProblem | null
}

/** The keys of the messages namespace `findSettings.notes`. */
type FindNote =
  | 'domain-unknown'
  | 'dns-silent'
  | 'implicit-tls-not-offered'
  | 'starttls-not-offered'
  | 'address-not-ascii'

export type Found = { address: string; domain: string; proposals: Proposal[]; notes: FindNote[] }

type FindOptions = {
  resolver?: DnsResolver
  network?: AskingNetwork
  /** The only ports that are ever connected to (RFC 8314 §3.3, RFC 6409 §3.1). */
  ports?: Record<Place['encryption'], number>
}

/** Milliseconds for all the dialogues together; DNS has had three seconds at most before them. */
const limit = 4_500

/**
 * Proposes mail servers for mail from an address, the best first: those of a well-known provider, those that the
 * domain announces in DNS, those of the provider that takes its mail, and the usual hosts, as far as they answer.
 * All are asked side by side, and told nothing but EHLO. Those with a certificate that does not fit come after the
 * others, and those that do not answer come last. Takes eight seconds at most.
 * @param email a bare address, or one with a name
 * @throws Refusal not-allowed, find-email-required, find-email-invalid, find-email-literal
 */
export async function findSettings(viewer: Viewer, email: string, options: FindOptions = {}): Promise<Found> {
  const network = { ...options.network, publicOnly: publicOnly(await scopeOf(viewer)) }
  const address = readAddress(email)
  const domain = domainToASCII(address.slice(address.lastIndexOf('@') + 1))
  const dns = new Dns(options.resolver)
  const [announced, hosts] = await Promise.all([announcedBy(dns, domain), mailHostsOf(dns, domain)]).finally(
    () => dns.close(),
  )
  const silent = announced === null && hosts === null
  const provider = providerOfDomain(domain)
  // A provider that everybody knows is there, whatever the DNS of a closed network says.
  const domainUnknown = dns.isUnknown(domain) && !provider
  const ports = options.ports ?? { 'implicit-tls': 465, starttls: 587 }

  const candidates = distinct([
    ...from('provider', [provider]),
    ...from('srv', announced?.places ?? []),
    ...offered(announced, [
      ...from('mx-provider', [providerOfMx(hosts ?? [])]),
      ...from('probe', silent || domainUnknown ? [] : usualPlaces(domain, hosts ?? [], ports)),
    ]),
  ])
  const signal = AbortSignal.timeout(limit)
  setMaxListeners(0, signal) // each dialogue listens; Node takes more than ten for a leak
  const proposals = await Promise.all(
    candidates.map(async ({ source, place }): Promise<Proposal> => {
      const mayAsk = !silent && Object.values(ports).includes(place.port)
      const answer = mayAsk ? await ask(place, network, signal) : unasked
      return { source, ...place, username: presetOf(place.provider).username ?? address, ...answer }
    }),
  )
  return {
    address,
    domain,
    proposals: proposals
      .filter(({ source, answered }) => source !== 'probe' || answered)
      .sort((one, other) => trouble(one) - trouble(other)),
    notes: [
      ...(silent ? (['dns-silent'] as const) : []),
      ...(domainUnknown ? (['domain-unknown'] as const) : []),
      ...(announced?.notOffered ?? []).map(encryption => `${encryption}-not-offered` as const),
      ...(/^\p{ASCII}*@/u.test(address) ? [] : (['address-not-ascii'] as const)),
    ],
  }
}

const unasked = { answered: null, certificate: null }

function readAddress(email: string): string {
  const refuse = (code: string) => new Refusal(code, { field: 'email' })
  const text = email.trim()
  if (text === '') throw refuse('find-email-required')
  // What looks like a number is completed to an address nobody meant.
  const typed = text.slice(text.lastIndexOf('@') + 1).replace(/>$/, '')
  if (/^\[.*\]$/.test(typed) || net.isIP(domainToASCII(typed))) throw refuse('find-email-literal')
  const mailbox = text.length <= 320 && !/\p{Cc}/u.test(text) ? readMailbox(text) : null
  const domain = mailbox?.address.slice(mailbox.address.lastIndexOf('@') + 1) ?? ''
  if (!mailbox || !domain.includes('.')) throw refuse('find-email-invalid')
  return mailbox.address
}

type Candidate = { source: Proposal['source']; place: Place }

const from = (source: Proposal['source'], places: (Place | null)[]): Candidate[] =>
  places.flatMap(place => (place ? [{ source, place }] : []))

/** What the domain says it does not offer is not guessed at. */
const offered = (announced: Announced | null, candidates: Candidate[]) =>
  candidates.filter(({ place }) => !announced?.notOffered.includes(place.encryption))

/** The hosts where a domain's mail server usually is. Those of a provider take no mail from its customers. */
function usualPlaces(domain: string, mailHosts: string[], ports: Record<Place['encryption'], number>) {
  const own = providerOfMx(mailHosts) ? [] : mailHosts
  const hosts = [`smtp.${domain}`, `mail.${domain}`, ...own].flatMap(name => hostOf(name) ?? [])
  return (['implicit-tls', 'starttls'] as const).flatMap(encryption =>
    hosts.map((host): Place => ({ host, port: ports[encryption], encryption, provider: 'custom' })),
  )
}

/** The first of those that lead to the same place. */
function distinct(candidates: Candidate[]): Candidate[] {
  const key = ({ place: { host, port, encryption } }: Candidate) => `${host} ${port} ${encryption}`
  return candidates.filter((one, at) => candidates.findIndex(other => key(other) === key(one)) === at)
}

const trouble = ({ answered, certificate }: Proposal) => (answered === false ? 2 : certificate ? 1 : 0)
