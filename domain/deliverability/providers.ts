// What the well-known providers publish: how a domain lets them send for it. Taken from their setup pages.
import { getDomain } from 'tldts'
import { type Preset, presets } from '@/domain/mail-server/presets'
import type { MailServerSettings } from '@/domain/smtp/settings'

type ProviderDns = {
  /** What a domain includes in its SPF record to let this provider send for it. */
  spf?: string
  /** Selectors that are the same for every customer; other providers give each one of their own. */
  selectors?: readonly string[]
  /**
   * The provider takes the bounces: the envelope sender becomes an address of its own, or at best of a
   * subdomain of the customer's. SPF is then never strictly aligned (RFC 7489 §3.1.2).
   */
  ownBounces?: true
}

/** By the id of the preset. */
export const providerDns: Record<string, ProviderDns> = {
  'amazon-ses': { spf: 'amazonses.com', ownBounces: true },
  brevo: { spf: 'spf.brevo.com', ownBounces: true },
  fastmail: { spf: 'spf.messagingengine.com', selectors: ['fm1', 'fm2', 'fm3'] },
  gandi: { spf: '_mailcust.gandi.net', selectors: ['gm1', 'gm2', 'gm3'] },
  gmail: { spf: '_spf.google.com', selectors: ['google'] },
  'google-relay': { spf: '_spf.google.com', selectors: ['google'] },
  icloud: { spf: 'icloud.com', selectors: ['sig1'] },
  infomaniak: { spf: 'spf.infomaniak.ch' },
  mailersend: { spf: '_spf.mailersend.net', ownBounces: true },
  mailgun: { spf: 'mailgun.org' },
  mailjet: { spf: 'spf.mailjet.com', selectors: ['mailjet'], ownBounces: true },
  mailtrap: { spf: '_spf.smtp.mailtrap.live', selectors: ['rwmt1', 'rwmt2'], ownBounces: true },
  'microsoft-365': { spf: 'spf.protection.outlook.com', selectors: ['selector1', 'selector2'] },
  ovh: { spf: 'mx.ovh.com' },
  postmark: { spf: 'spf.mtasv.net', ownBounces: true },
  proton: { spf: '_spf.protonmail.ch', selectors: ['protonmail', 'protonmail2', 'protonmail3'] },
  resend: { spf: 'amazonses.com', selectors: ['resend'], ownBounces: true },
  sendgrid: { spf: 'sendgrid.net', selectors: ['s1', 's2'], ownBounces: true },
  sparkpost: { ownBounces: true },
  yandex: { spf: '_spf.yandex.net', selectors: ['mail'] },
  zoho: { spf: 'zohomail.com' },
}

export type Provider = Pick<Preset, 'id' | 'name'> & ProviderDns

/** The provider whose server this is; null for a server of one's own. */
export function providerOf({
  host,
  provider,
}: Pick<MailServerSettings, 'host' | 'provider'>): Provider | null {
  const name = host.toLowerCase()
  // A provider has hosts by region too: whoever chose the preset and stayed within its domain means it.
  const preset =
    presets.find(one => one.host !== '' && one.host === name) ??
    presets.find(one => one.id === provider && one.host !== '' && getDomain(one.host) === getDomain(name))
  return preset ? { id: preset.id, name: preset.name, ...providerDns[preset.id] } : null
}
