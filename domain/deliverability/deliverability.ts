// Will it arrive? What receivers will find in DNS when a mail from here reaches them.

import { serversInUse } from '@/domain/mail-server/in-use'
import { scopeOf } from '@/domain/mail-server/scope'
import { senderDomains } from '@/domain/mail-server/tenant-policy'
import { settingsOf } from '@/domain/mail-server/versions'
import type { MailServerSettings } from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { Dns, type DnsResolver, NoAnswer } from '@/lib/dns'
import { checkAlignment } from './alignment'
import { keysOf } from './dkim'
import { checkDkim } from './dkim-check'
import { checkDmarc } from './dmarc'
import { type Check, type Finding, finding } from './finding'
import { checkMx } from './mx'
import { providerOf } from './providers'
import { checkPtr } from './ptr'
import { readServer } from './server'
import { domainOf } from './signing'
import { checkSpf } from './spf'

export type Checked = Pick<MailServerSettings, 'mailFrom' | 'host' | 'provider'>
export type Options = { resolver?: DnsResolver }

export type ServerReport = {
  server: string
  host: string
  domain: string
  /** The domain is set apart for tests and examples (RFC 6761): nobody can look it up, so that nothing is wrong with it. */
  forTests: boolean
  findings: Finding[]
}

const isForTests = (domain: string) =>
  /(^|\.)(test|example|invalid|localhost|example\.(com|net|org))$/.test(domain)

/** So many domains of tenants are looked up at once. */
const most = 20

/** The check of every mail server in use, and for the installation of the domains that tenants may write from; of several that send alike, once. The primary comes first. */
export async function checkMailServers(viewer: Viewer, options: Options = {}): Promise<ServerReport[]> {
  const scope = await scopeOf(viewer)
  const servers = (await serversInUse(db(), scope)).map(({ version }) => ({
    name: version.name,
    settings: settingsOf(version),
  }))
  // Those that tenants may write from are for the same servers to deliver.
  const [first] = servers
  if (first && scope.tenantId === null)
    for (const domain of await senderDomains(most))
      servers.push({ ...first, settings: { ...first.settings, mailFrom: `postmaster@${domain}` } })
  const key = ({ settings }: (typeof servers)[number]) => `${domainOf(settings.mailFrom)} ${settings.host}`
  const distinct = [
    ...new Map(servers.toReversed().map(server => [key(server), server])).values(),
  ].toReversed()
  return Promise.all(
    distinct.map(async ({ name, settings }) => ({
      server: name,
      host: settings.host,
      domain: domainOf(settings.mailFrom),
      forTests: isForTests(domainOf(settings.mailFrom)),
      findings: await checkDeliverability(viewer, settings, options),
    })),
  )
}

/**
 * Checks the domain of `mailFrom` against what receivers ask DNS for: SPF, DKIM, DMARC, alignment and MX, and
 * for a server that is no known provider's also PTR. Only reads. Takes six seconds at most: what DNS has not
 * answered by then is `unknown`.
 * @param options.resolver asks other DNS servers than those of this machine
 * @throws Refusal not-allowed
 */
export async function checkDeliverability(
  viewer: Viewer,
  { mailFrom, host, provider: preset }: Checked,
  { resolver }: Options = {},
): Promise<Finding[]> {
  const scope = await scopeOf(viewer)
  const domain = domainOf(mailFrom)
  const provider = providerOf({ host, provider: preset })
  const keys = await keysOf(db(), scope, domain)
  const dns = new Dns(resolver)
  try {
    const server = readServer(dns, host)
    const known = server.catch(() => null)
    const [spf, dkim, [dmarc, policy], mx, ptr] = await Promise.all([
      told('spf', async () => checkSpf({ dns, domain, server: await server, provider })),
      told('dkim', () => checkDkim({ dns, domain, keys, provider })),
      checkDmarc(dns, domain).catch(error => [silence('dmarc', error), null] as const),
      told('mx', async () => checkMx({ dns, domain, server: await known, provider })),
      provider ? null : told('ptr', async () => checkPtr(dns, await server)),
    ])
    const alignment = checkAlignment({ spf, dkim, dmarc: [dmarc, policy], provider })
    return [spf, dkim, dmarc, alignment, mx, ...(ptr ? [ptr] : [])]
  } finally {
    dns.close()
  }
}

const told = (check: Check, run: () => Promise<Finding>): Promise<Finding> =>
  run().catch(error => silence(check, error))

/** No answer is not the answer no. */
function silence(check: Check, error: unknown): Finding {
  if (error instanceof NoAnswer) return finding(check, 'unknown', 'no-answer')
  throw error
}
