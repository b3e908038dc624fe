import { expect, signIn, test } from './fixtures/test'

test('where DNS does not answer the check says so, and keys can be made, shown and deleted', async ({
  as,
}) => {
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/deliverability')
  await expect(admin.getByRole('heading', { name: 'Will it arrive?' })).toBeVisible()
  // Here no DNS server answers, or it does not know the demo's domain, which ends in .test.
  const dmarc = admin.locator('[data-check=dmarc]')
  await expect(dmarc).toHaveAttribute('data-result', /unknown|missing/)

  await admin.getByRole('button', { name: 'Create signing keys' }).click()
  await expect(admin.getByRole('status').filter({ hasText: 'Publish their records' })).toBeVisible()
  const rsa = admin.locator('[data-algorithm=rsa-sha256]')
  await expect(rsa).toContainText(/latchkey-[0-9a-f]{6}-rsa\._domainkey\.latchkey\.test/)
  await expect(rsa).toContainText(/v=DKIM1; k=rsa; p=MII/)
  await expect(admin.locator('[data-algorithm=ed25519-sha256]')).toContainText(/v=DKIM1; k=ed25519; p=/)
  expect(await admin.content()).not.toContain('PRIVATE KEY')

  await admin.getByRole('button', { name: 'Check and start signing' }).click()
  await expect(admin.getByRole('main').getByRole('alert')).toContainText('DNS')
  await expect(rsa).toContainText('Not in use')

  await admin.getByRole('button', { name: 'Delete keys' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Delete keys' }).click()
  await expect(admin.getByRole('status').filter({ hasText: 'deleted' })).toBeVisible()
  await expect(rsa).toHaveCount(0)
})

test('keys are made without JavaScript too', async ({ visitor }) => {
  const page = await visitor({ javaScriptEnabled: false })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/settings/mail/deliverability')
  await page.getByRole('button', { name: 'Create signing keys' }).click()
  await expect(page.locator('[data-algorithm=rsa-sha256]')).toContainText('v=DKIM1; k=rsa; p=')
  await page.getByRole('button', { name: 'Delete keys' }).click()
  await page.getByRole('alert').getByRole('button', { name: 'Delete keys' }).click()
  await expect(page.locator('[data-algorithm=rsa-sha256]')).toHaveCount(0)
})
