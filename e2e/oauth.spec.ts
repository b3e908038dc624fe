import { createSelfSigned } from '@/domain/smtp/testing/certificates'
import { oauthClient, startOauthServer } from '@/domain/smtp/testing/oauth-server'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { expect, report, test } from './fixtures/test'

test('an account is connected by consent, and a test mail goes with its token', async ({ as }) => {
  const provider = await startOauthServer()
  const certificate = await createSelfSigned(['localhost'])
  const sink = await startSmtpSink({
    host: '127.0.0.1',
    tls: 'implicit',
    certificate,
    acceptsToken: provider.accepts,
  })
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/new?provider=custom')
  const fill = (label: string, value: string) => admin.getByLabel(label, { exact: true }).fill(value)
  await fill('Mail from', 'anna@example.org')
  await fill('SMTP host', 'localhost')
  await fill('SMTP port', String(sink.port))
  await admin.getByLabel('Encryption', { exact: true }).selectOption('Implicit TLS')
  await fill('Trusted CA (PEM)', certificate.cert)
  await admin.getByLabel('Authentication', { exact: true }).selectOption('OAuth 2.0')
  await fill('Username', 'anna@example.org')
  await fill('Client ID', oauthClient.id)
  await fill('Client secret', oauthClient.secret)
  await fill('Token URL', provider.tokenUrl)
  await fill('Authorization URL', provider.authorizationUrl)
  await admin.getByRole('button', { name: 'Connect account' }).click()
  // The provider agrees at once, and sends the browser back.
  await admin.getByRole('button', { name: 'Finish connecting' }).click()
  await expect(admin.getByText('The account is connected')).toBeVisible()
  await expect(admin.getByLabel('Token URL', { exact: true })).toHaveValue(provider.tokenUrl)
  expect(await admin.content()).not.toContain(provider.refreshToken())
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const sent = report(admin, 'sent')
  await expect(sent.locator('[data-stage=auth]')).toContainText('XOAUTH2')
  provider.withdrawGrant()
  provider.withdrawAccess()
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const failed = report(admin, 'failed')
  await expect(failed.locator('[data-cause]')).toHaveAttribute('data-cause', 'oauth-grant-expired')
  await Promise.all([provider.close(), sink.close()])
})
