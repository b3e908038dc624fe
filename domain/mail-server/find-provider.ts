// Which provider an address belongs to: by its own domain, or by the servers that take the domain's mail.
import wellKnown from 'nodemailer/lib/well-known'
import type { MailServerSettings } from '@/domain/smtp/settings'
import { type Preset, presetOf, presets } from './presets'

/** Where a mail server may be found, and the preset that it belongs to (`custom` for none). */
export type Place = Pick<MailServerSettings, 'host' | 'port' | 'provider'> & {
  encryption: 'implicit-tls' | 'starttls'
}

/** Domains of everybody's addresses that Nodemailer's list lacks, or gives to another host of the provider. */
const addresses: Record<string, readonly string[]> = {
  gmx: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.eu', 'gmx.org', 'gmx.info', 'gmx.biz'],
  outlook: ['live.com', 'msn.com', 'outlook.de', 'hotmail.de', 'hotmail.co.uk', 'hotmail.fr'],
  'web-de': ['web.de'],
  yahoo: ['yahoo.de', 'yahoo.co.uk', 'yahoo.fr', 'yahoo.it', 'yahoo.es', 'ymail.com', 'rocketmail.com'],
  yandex: ['yandex.com', 'ya.ru'],
  zoho: ['zoho.com', 'zohomail.com'],
}

/**
 * The names of the servers that take the mail of a provider's customers. `host` is the customer's own submission server
 * where the provider has one for each region; `$1` stands for what the pattern has caught.
 */
const incoming: readonly { mx: RegExp; provider: string; host?: string }[] = [
  { mx: /\.google(mail)?\.com$/, provider: 'gmail' },
  { mx: /\.mail\.protection\.outlook\.com$|\.mx\.microsoft$/, provider: 'microsoft-365' },
  { mx: /\.olc\.protection\.outlook\.com$/, provider: 'outlook' },
  { mx: /\.messagingengine\.com$/, provider: 'fastmail' },
  { mx: /\.mail\.icloud\.com$/, provider: 'icloud' },
  { mx: /^mail(sec)?\.protonmail\.ch$/, provider: 'proton' },
  { mx: /^mx\.yandex\.(net|ru)$/, provider: 'yandex' },
  { mx: /^mx\d?\.zoho\.(com|eu|in)$/, provider: 'zoho', host: 'smtp.zoho.$1' },
  { mx: /^mx\d+\.ionos\.(com|de|co\.uk|fr|es|it)$/, provider: 'ionos', host: 'smtp.ionos.$1' },
  { mx: /^mx\d+\.perfora\.net$/, provider: 'ionos' },
  { mx: /^mx\d+\.kundenserver\.de$/, provider: 'ionos', host: 'smtp.ionos.de' },
  { mx: /^mx\d\.(mail\.)?ovh\.net$/, provider: 'ovh' },
  { mx: /^mta-gw\.infomaniak\.ch$/, provider: 'infomaniak' },
  { mx: /^(spool|fb)\.mail\.gandi\.net$/, provider: 'gandi' },
  // Web hosting; what is below `clients` are servers that people run themselves.
  { mx: /^(?!.*\.clients\.).*\.your-server\.de$/, provider: 'hetzner' },
]

/** The server of the provider whose own domain this is, as in anna@gmail.com; null for a domain of one's own. */
export function providerOfDomain(domain: string): Place | null {
  const listed = Object.keys(addresses).find(id => addresses[id]?.includes(domain))
  if (listed) return placeOf(presetOf(listed))
  // The list also goes by names such as "gmail", which no domain has.
  const service = (domain.includes('.') && wellKnown(domain)) || null
  if (!service?.host) return null
  const preset = presets.find(({ host }) => host === service.host)
  if (preset) return placeOf(preset)
  const port = Number(service.port ?? 587)
  const implicit = service.secure || port === 465
  return { host: service.host, port, encryption: implicit ? 'implicit-tls' : 'starttls', provider: 'custom' }
}

/** The server of the provider that one of these hosts belongs to, which take a domain's mail; null if none is known. */
export function providerOfMx(hosts: string[]): Place | null {
  for (const name of hosts) {
    const known = incoming.find(({ mx }) => mx.test(name.toLowerCase()))
    if (!known) continue
    const place = placeOf(presetOf(known.provider))
    const caught = known.mx.exec(name.toLowerCase())?.[1] ?? ''
    return known.host ? { ...place, host: known.host.replace('$1', caught) } : place
  }
  return null
}

/** The id of the preset that this host belongs to. */
export const providerOfHost = (host: string): string =>
  presets.find(preset => preset.host === host)?.id ?? 'custom'

const placeOf = ({ id, host, port, encryption }: Preset): Place => ({
  host,
  port,
  encryption: encryption === 'implicit-tls' ? encryption : 'starttls',
  provider: id,
})
