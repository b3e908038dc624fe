// A mail server as the text fields of its form: what the form starts with, and what a history compares.

import type { MailServerSettings } from '@/domain/smtp/settings'
import type { MailServerField } from './form'

/** Every field of the form with its text; of secrets, which are never shown, an empty one. */
export const formFields = (name: string, settings: MailServerSettings): Record<MailServerField, string> => ({
  name,
  provider: settings.provider,
  mailFrom: settings.mailFrom,
  replyTo: settings.replyTo ?? '',
  host: settings.host,
  port: String(settings.port),
  encryption: settings.encryption,
  minTlsVersion: settings.minTlsVersion,
  trustedCa: settings.trustedCa ?? '',
  pinnedCertificate: settings.pinnedCertificate ?? '',
  authentication: settings.authentication,
  username: settings.username ?? '',
  password: '',
  credentialsInClear: settings.credentialsInClear ? 'on' : '',
  oauthGrant: settings.oauth?.grant ?? 'refresh-token',
  oauthAuthorizationUrl: settings.oauth?.authorizationUrl ?? '',
  oauthTokenUrl: settings.oauth?.tokenUrl ?? '',
  oauthClientId: settings.oauth?.clientId ?? '',
  oauthScopes: settings.oauth?.scopes ?? '',
  clientSecret: '',
  refreshToken: '',
  timeoutSeconds: String(settings.timeoutSeconds),
  ehloName: settings.ehloName ?? '',
  useProxy: settings.proxy ? 'on' : '',
  proxyType: settings.proxy?.type ?? 'http',
  proxyHost: settings.proxy?.host ?? '',
  proxyPort: settings.proxy ? String(settings.proxy.port) : '',
  proxyUsername: settings.proxy?.username ?? '',
  proxyPassword: '',
})
