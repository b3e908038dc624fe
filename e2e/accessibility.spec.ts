import { expectNoViolations } from './fixtures/axe'
import { addUser, expect, openUser, report, someone, test } from './fixtures/test'

test('axe finds nothing on the pages of visitors', async ({ as, visitor }) => {
  const admin = await as('tenant_administrator')
  await addUser(admin, someone(), 'Show activation link')
  const link = await admin.getByLabel('Activation link', { exact: true }).inputValue()
  const page = await visitor()
  for (const path of [
    '/login',
    '/forgot-password',
    '/code',
    link,
    '/reset-password/unknown',
    '/confirm-email/unknown',
    '/not-me/unknown',
    '/setup/unknown',
    '/nowhere',
  ]) {
    await page.goto(path)
    await expectNoViolations(page)
  }
  await page.goto('/login')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Enter an email address.')).toBeVisible()
  await expectNoViolations(page)
})

test('axe finds nothing on the pages behind the sign-in', async ({ as }) => {
  test.slow()
  const page = await as('system_administrator')
  for (const path of [
    '/users',
    '/users/new',
    '/users/import',
    '/users?q=nobody',
    '/tenants',
    '/outbox',
    '/audit',
    '/audit?q=nobody-at-all',
    '/settings',
    '/settings/mail',
    '/settings/mail/new',
    '/settings/mail/new?provider=sendgrid',
    '/settings/mail/new?provider=custom',
    '/settings/mail/oauth',
    '/settings/mail/deliverability',
    '/inbox',
    '/profile',
    '/profile/security',
  ]) {
    await page.goto(path)
    await expectNoViolations(page)
  }
  await openUser(page, 'customer@latchkey.test')
  await expectNoViolations(page)
  await page.getByRole('button', { name: 'Show QR code' }).click()
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible()
  await expectNoViolations(page)
  await page.goto('/tenants')
  await page.getByRole('table').getByRole('link').first().click()
  await expect(page).toHaveURL(/\/tenants\/./)
  await expectNoViolations(page)
  await page.getByRole('link', { name: 'Demo customer' }).click()
  await expect(page).toHaveURL(/\/customers\/./)
  await expectNoViolations(page)

  await page.goto('/settings/mail')
  await page.getByRole('link', { name: 'Built-in inbox', exact: true }).click()
  await page.getByRole('button', { name: 'Send test mail' }).click()
  await expect(report(page, 'sent')).toBeVisible()
  await expectNoViolations(page)
  await page.getByLabel('SMTP port', { exact: true }).fill('1')
  await page.getByRole('button', { name: 'Send test mail' }).click()
  await expect(report(page, 'failed')).toBeVisible()
  await expectNoViolations(page)
  await page.goto('/settings/mail')
  await page.getByRole('link', { name: 'Built-in inbox', exact: true }).click()
  for (const tab of ['Limits', 'History']) {
    await page.getByRole('link', { name: tab, exact: true }).click()
    await expect(page.getByRole('region', { name: tab })).toBeVisible()
    await expectNoViolations(page)
  }

  await page.goto('/inbox')
  await page.getByRole('table').getByRole('link').first().click()
  await expect(page).toHaveURL(/\/inbox\/./)
  await expectNoViolations(page)
  await page.goto('/outbox')
  await page.getByRole('table').getByRole('link').first().click()
  await expect(page).toHaveURL(/\/outbox\/./)
  await expectNoViolations(page)
})
