// A tenant that sends by a mail server of its own: allowed, connected, tested and used.
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { type App, startApp } from './fixtures/app'
import { expectNoViolations } from './fixtures/axe'
import { addUser, test as base, connect, expect, report, saveMailServer } from './fixtures/test'

/** One that lets mail servers of tenants be on this machine, where those of the tests are. */
const test = base.extend<object, { app: App }>({
  app: [
    async ({}, use) => {
      const app = await startApp({ PRIVATE_ADDRESSES: 'on' })
      await use(app)
      await app.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

test('a tenant connects a mail server, tests and saves it, and its account mails go by it', async ({
  as,
  mailbox,
}) => {
  const [system, tenant] = [await as('system_administrator'), await as('tenant_administrator')]
  await connect(system, mailbox.sink)
  // Nothing of mail servers is there for a tenant that may have none.
  await tenant.goto('/users')
  await expect(tenant.getByRole('link', { name: 'Mail servers' })).toHaveCount(0)
  expect((await tenant.goto('/settings/mail'))?.status()).toBe(404)
  expect((await tenant.goto('/settings/mail/new'))?.status()).toBe(404)

  await system.goto('/tenants')
  await system.getByRole('row').nth(1).getByRole('link').first().click()
  const policy = system.getByRole('region', { name: 'Mails of this tenant' })
  await expect(policy).toBeVisible()
  await policy.getByLabel('Mail servers').selectOption('Own ones allowed')
  await policy.getByLabel('Account mails go by own servers too').check()
  await policy.getByLabel('Fall back to the servers of the installation').check()
  await policy.getByLabel('Domains of Mail from').fill('nonsense')
  await policy.getByLabel('Mails per day').fill('0')
  await policy.getByRole('button', { name: 'Save mail policy' }).click()
  await expect(policy.getByText('Enter a whole number from 1')).toBeVisible()
  await policy.getByLabel('Mails per day').fill('100')
  await policy.getByLabel('Domains of Mail from').fill('acme.example')
  await policy.getByRole('button', { name: 'Save mail policy' }).click()
  await expect(system.getByText('The mail policy was saved.')).toBeVisible()
  await expectNoViolations(system)

  const own = await startSmtpSink()
  await tenant.goto('/users')
  await tenant.getByRole('link', { name: 'Mail servers' }).click()
  await expect(tenant.getByText('Connect the first one here')).toBeVisible()
  await tenant.getByLabel('Mail from', { exact: true }).fill('no-reply@other.example')
  await tenant.getByRole('button', { name: 'Save sender' }).click()
  await expect(tenant.getByText('Your mails may come from these domains: acme.example.')).toBeVisible()
  await tenant.getByLabel('Mail from', { exact: true }).fill('Acme <no-reply@acme.example>')
  await tenant.getByRole('button', { name: 'Save sender' }).click()
  await expect(tenant.getByText('The sender was saved.')).toBeVisible()
  await expectNoViolations(tenant)
  await tenant.goto('/settings/mail/new?provider=custom')
  await tenant.getByLabel('Name', { exact: true }).fill('Our relay')
  await tenant.getByLabel('Mail from', { exact: true }).fill('Acme <noreply@acme.example>')
  await tenant.getByLabel('SMTP host', { exact: true }).fill(own.host)
  await tenant.getByLabel('SMTP port', { exact: true }).fill(String(own.port))
  await tenant.getByLabel('Encryption', { exact: true }).selectOption('None')
  await tenant.getByLabel('Authentication', { exact: true }).selectOption('None')
  await tenant.getByRole('button', { name: 'Send test mail' }).click()
  await expect(report(tenant, 'sent')).toBeVisible()
  await saveMailServer(tenant)
  await tenant.goto('/settings/mail')
  const row = tenant.getByRole('row').filter({ hasText: 'Our relay' })
  await expect(row).toContainText('Primary')
  await expectNoViolations(tenant)

  await addUser(tenant, 'invited@acme.example')
  await expect.poll(() => own.mails.map(({ to }) => to[0])).toContain('invited@acme.example')
  await tenant.goto('/outbox')
  await tenant.getByRole('row').filter({ hasText: 'invited@acme.example' }).getByRole('link').first().click()
  await expect(tenant.getByText('By a mail server of the tenant')).toBeVisible()
  await expect(tenant.getByText(/Our relay/).first()).toBeVisible()
  await system.goto(new URL(tenant.url()).pathname)
  await expect(system.getByText('By a mail server of the tenant')).toBeVisible()
  await expect(system.getByText(/Our relay/)).toHaveCount(0)

  // The list of the installation knows nothing of it.
  await system.goto('/settings/mail')
  await expect(system.getByRole('row').filter({ hasText: 'Our relay' })).toHaveCount(0)
  await system.goto('/outbox/figures')
  await expect(system.getByText('One mail server of a tenant is in use, and works.')).toBeVisible()

  // In trouble: the tenant is told, and what it sends goes by the installation.
  await own.close()
  await addUser(tenant, 'second@acme.example')
  await expect
    .poll(() => mailbox.sink.mails.find(({ to }) => to[0] === 'second@acme.example')?.from)
    .toBe('no-reply@acme.example')
  await tenant.goto('/outbox')
  await expect(tenant.getByText('None of your mail servers accepts mail now').first()).toBeVisible()
  await tenant.getByRole('row').filter({ hasText: 'second@acme.example' }).getByRole('link').first().click()
  await expect(tenant.getByText('because none of the tenant’s own accepted mail').first()).toBeVisible()
})
