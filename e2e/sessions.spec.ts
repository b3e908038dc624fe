import { addUser, choosePassword, expect, signIn, someone, test } from './fixtures/test'

test('signing out everywhere ends the sessions of all devices at once', async ({ as, visitor }) => {
  const admin = await as('tenant_administrator')
  const person = someone()
  await addUser(admin, person, 'Show activation link')
  const laptop = await visitor()
  await laptop.goto(await admin.getByLabel('Activation link', { exact: true }).inputValue())
  await choosePassword(laptop, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(laptop).toHaveURL(/\/profile/)
  const phone = await visitor()
  await signIn(phone, person, 'three quiet words')
  await phone.goto('/profile')
  await phone.getByRole('button', { name: 'Sign out everywhere' }).click()
  const dialog = phone.getByRole('dialog')
  if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(phone).toHaveURL(/\/login/)
  await laptop.goto('/profile')
  await expect(laptop).toHaveURL(/\/login/)
})

test('a disabled user is out with the next click', async ({ as, visitor }) => {
  const admin = await as('tenant_administrator')
  const person = someone()
  await addUser(admin, person, 'Show activation link')
  const page = await visitor()
  await page.goto(await admin.getByLabel('Activation link', { exact: true }).inputValue())
  await choosePassword(page, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(page).toHaveURL(/\/profile/)
  await admin.goto(`/users?q=${person}`)
  await admin.getByRole('table').getByRole('link').first().click()
  await admin.getByRole('button', { name: 'Disable account' }).click()
  const dialog = admin.getByRole('dialog')
  if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Disable account' }).click()
  await expect(admin.getByRole('button', { name: 'Enable account' })).toBeVisible()
  await page.goto('/profile')
  await expect(page).toHaveURL(/\/login/)
})

test('nobody sees what is not theirs', async ({ as }) => {
  const tenant = await as('tenant_administrator')
  for (const path of ['/settings/mail', '/tenants', '/inbox']) {
    await tenant.goto(path)
    await expect(tenant.getByRole('heading', { name: 'Page not found' })).toBeVisible()
  }
  const customer = await as('customer_user')
  for (const path of ['/users', '/users/new', '/outbox', '/settings/mail', '/tenants', '/inbox']) {
    await customer.goto(path)
    await expect(customer.getByText('Page not found')).toBeVisible()
  }
})

test('too many attempts name the time to wait', async ({ visitor }) => {
  const page = await visitor()
  await page.goto('/login')
  const person = someone()
  for (let attempt = 0; attempt < 11; attempt++) {
    await page.getByLabel('Email', { exact: true }).fill(person)
    await page.getByLabel('Password', { exact: true }).fill(`guess ${attempt}`)
    const answered = page.waitForResponse(response => response.request().method() === 'POST')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await answered
  }
  await expect(page.getByText(/Try again in \d+ minutes/)).toBeVisible()
})
