import type { Locator, Page } from '@playwright/test'
import { addUser, choosePassword, expect, openUser, signIn, someone, test } from './fixtures/test'

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
const press = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true }).click()
const saved = (page: Page) => expect(page.getByRole('status').filter({ hasText: 'saved' })).toBeVisible()

test('who saves over a newer change is told, shown both, and may still do it', async ({ as }) => {
  const first = await as('system_administrator')
  const email = someone()
  await addUser(first, email, 'Show activation link')
  await openUser(first, email)
  const second = await first.context().newPage()
  await second.goto(first.url())

  await field(second, 'Last name').fill('Second')
  await field(second, 'Language').selectOption('Deutsch')
  await press(second, 'Save changes')
  await saved(second)

  await field(first, 'Last name').fill('First')
  await press(first, 'Save changes')
  const form = first.locator('form').filter({ has: field(first, 'Last name') })
  await expect(form.getByRole('alert')).toContainText('Somebody else has changed this')
  await expect(form.getByText('By now: Second')).toBeVisible()
  await expect(form.getByText('Yours: First')).toBeVisible()
  await expect(form.getByText('By now: Deutsch')).toBeVisible()
  await expect(field(first, 'Last name')).toHaveValue('First')
  await second.reload()
  await expect(field(second, 'Last name')).toHaveValue('Second')

  await press(first, 'Save changes')
  await saved(first)
  await second.reload()
  await expect(field(second, 'Last name')).toHaveValue('First')
  await expect(field(second, 'Language')).toHaveValue('en')
})

test('a tenant administrator adds a customer and places a user in it; it is deleted once nobody is there', async ({
  as,
}) => {
  const page = await as('tenant_administrator')
  await page.getByRole('navigation').getByRole('link', { name: 'Customers' }).click()
  const name = `Customer ${someone()}`
  await field(page, 'Name').fill(name)
  await press(page, 'Add customer')
  await expect(page.getByRole('status').filter({ hasText: name })).toBeVisible()

  const email = someone()
  await page.goto('/users/new')
  await field(page, 'Email').fill(email)
  await field(page, 'Customer').selectOption(name)
  await field(page, 'Show activation link').check()
  await press(page, 'Add user')
  await expect(field(page, 'Activation link')).toBeVisible()

  await page.goto('/customers')
  await page.getByRole('row').filter({ hasText: name }).getByRole('link', { name: '1', exact: true }).click()
  await expect(page.getByRole('table').getByRole('link', { name: email })).toBeVisible()
  await expect(page.getByRole('main')).toContainText(`Only users of ${name}`)

  await page.goto('/customers')
  await page.getByRole('link', { name }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
  await press(page, 'Delete')
  await press(page.getByRole('dialog'), 'Delete')
  await expect(page.getByRole('region').getByRole('alert')).toContainText(
    '1 user still belongs to this customer',
  )
  await page.getByRole('link', { name: 'Show them' }).click()
  await page.getByLabel(`Choose ${email}`).check()
  await press(page, 'Delete')
  await press(page.getByRole('dialog'), 'Delete')
  await expect(page.getByRole('status').filter({ hasText: '1 user was deleted' })).toBeVisible()

  await page.goto('/customers')
  await page.getByRole('link', { name }).click()
  await press(page, 'Delete')
  await press(page.getByRole('dialog'), 'Delete')
  await expect(page.getByRole('status').filter({ hasText: 'The customer was deleted' })).toBeVisible()
  await expect(page.getByRole('main')).not.toContainText(name)
})

test('a reset link is copied or scanned, and sets a password', async ({ as, visitor }) => {
  const page = await as('system_administrator')
  const email = someone()
  await addUser(page, email, 'Show activation link')
  const activation = await field(page, 'Activation link').inputValue()
  await press(page, 'Show QR code')
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible()
  const owner = await visitor()
  await owner.goto(activation)
  await choosePassword(owner, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(owner).toHaveURL(/\/profile/)

  await openUser(page, email)
  await press(page, 'Copy reset link')
  const link = await field(page, 'Reset link').inputValue()
  expect(link).toContain('/reset-password/')
  await page.reload()
  await press(page, 'Show QR code')
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible()
  await expect(field(page, 'Reset link')).toHaveValue(link)

  await owner.goto(link)
  const password = 'four other quiet words'
  await choosePassword(owner, ['New password', 'Confirm new password'], password, 'Set password')
  await expect(owner).toHaveURL(/\/login/)
  await signIn(owner, email, password)
})

test('another role ends the session and takes effect with the next one', async ({ as, visitor }) => {
  const page = await as('system_administrator')
  const email = someone()
  await addUser(page, email, 'Show activation link')
  const owner = await visitor()
  await owner.goto(await field(page, 'Activation link').inputValue())
  await choosePassword(owner, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(owner).toHaveURL(/\/profile/)
  await openUser(page, email)
  await field(page, 'Role').selectOption('Tenant administrator')
  await press(page, 'Save changes')
  await saved(page)
  await owner.goto('/profile')
  await expect(owner).toHaveURL(/\/login/)
  await signIn(owner, email, 'three quiet words')
  await owner.goto('/customers')
  await expect(owner.getByRole('heading', { level: 1 })).toHaveText('Customers')
})

test('without JavaScript users are changed and deleted, after the question', async ({ as, visitor }) => {
  const admin = await as('system_administrator')
  const email = someone()
  await addUser(admin, email, 'Show activation link')
  const page = await visitor({ javaScriptEnabled: false })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await openUser(page, email)
  await field(page, 'Last name').fill('Plain')
  await press(page, 'Save changes')
  await saved(page)
  await press(page, 'Show QR code')
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible()

  await page.goto(`/users?q=${email}`)
  await page.getByLabel(`Choose ${email}`).check()
  await press(page, 'Disable')
  await expect(page.getByRole('status').filter({ hasText: '1 user is disabled' })).toBeVisible()
  await page.goto(`/users?q=${email}`)
  await page.getByLabel(`Choose ${email}`).check()
  await press(page, 'Delete')
  await expect(page.getByRole('alert')).toContainText('Delete the chosen users?')
  await press(page, 'Delete')
  await expect(page.getByRole('status').filter({ hasText: '1 user was deleted' })).toBeVisible()
})

test('the users of a view are a file', async ({ as }) => {
  const page = await as('system_administrator')
  const email = someone('file')
  await addUser(page, email, 'Show activation link')
  await page.goto(`/users?q=${email}`)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('users.csv')
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  const [head, row, end] = Buffer.concat(chunks).toString('utf8').split('\r\n')
  expect(head).toMatch(/^\ufeffemail,firstName,lastName,role,tenant,customer,language,/)
  expect(row).toMatch(new RegExp(`^${email},Anna,Äther,customer_user,`))
  expect(end).toBe('')
})
