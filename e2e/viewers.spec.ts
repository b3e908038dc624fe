import { expect, signIn, test } from './fixtures/test'

test('a form that was rendered for one person does nothing for another who is signed in by then', async ({
  as,
}) => {
  const page = await as('system_administrator')
  await page.goto('/profile')
  const other = await page.context().newPage()
  await page.getByLabel('First name').fill('Changed')
  await page.context().clearCookies()
  await signIn(other, 'tenant@latchkey.test', 'tenant')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert').first()).toContainText('tenant@latchkey.test is signed in now')
  // Nor are they asked to mend what the other one has typed.
  await page.getByLabel('First name').fill('https://example.org')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert').first()).toContainText('tenant@latchkey.test is signed in now')
  await expect(page.getByLabel('First name')).toHaveValue('https://example.org')
  await other.goto('/profile')
  await expect(other.getByLabel('First name')).not.toHaveValue('Changed')
})
