import { addUser, expect, openUser, someone, test } from './fixtures/test'

test('the start page says what is left to do, until somebody hides it', async ({ as }) => {
  const admin = await as('system_administrator')
  await admin.goto('/')
  const steps = admin.getByRole('region', { name: 'First steps' })
  // Other tests have done some of them here, but nothing in DNS.
  await expect(steps.getByRole('listitem')).toHaveCount(5)
  await expect(steps.getByRole('link', { name: 'See whether mail will arrive' })).toBeVisible()
  await expect(admin.getByRole('region', { name: 'Your account' })).toContainText('sysadmin@latchkey.test')
  await steps.getByRole('button', { name: 'Hide' }).click()
  await expect(steps).toBeHidden()
  await admin.reload()
  await expect(admin.getByRole('region', { name: 'Your account' })).toBeVisible()
  await expect(steps).toBeHidden()
})

test('everybody has a start page, with what is theirs', async ({ as }) => {
  const customer = await as('customer_user')
  await customer.goto('/')
  await expect(customer.getByRole('region', { name: 'Your account' })).toContainText('Demo customer')
  await expect(customer.getByRole('region', { name: 'What needs your attention' })).toBeHidden()
})

for (const javaScriptEnabled of [true, false])
  test(`the pages are as bright as one likes (JavaScript: ${javaScriptEnabled})`, async ({ visitor }) => {
    const page = await visitor({ javaScriptEnabled, colorScheme: 'light' })
    await page.goto('/login')
    await page.getByLabel('Email', { exact: true }).fill('customer@latchkey.test')
    await page.getByLabel('Password', { exact: true }).fill('customer')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Dark' }).click()
    await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true')
    for (const address of ['/', '/forgot-password']) {
      await page.goto(address)
      await expect(page.locator('html')).toHaveCSS('background-color', 'rgb(16, 16, 19)')
    }
  })

test('without JavaScript a user is deleted only after a question', async ({ as, visitor }) => {
  const email = someone()
  await addUser(await as('system_administrator'), email)
  const page = await visitor({ javaScriptEnabled: false })
  await page.goto('/login')
  await page.getByLabel('Email', { exact: true }).fill('sysadmin@latchkey.test')
  await page.getByLabel('Password', { exact: true }).fill('sysadmin')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await openUser(page, email)
  await page.getByRole('button', { name: 'Delete' }).click()
  const question = page.getByRole('alert', { name: /^Delete .+\?$/ })
  await question.getByRole('link', { name: 'Cancel' }).click()
  await expect(page.getByText(email).first()).toBeVisible()
  await page.getByRole('button', { name: 'Delete' }).click()
  await question.getByRole('button', { name: 'Delete' }).click()
  await expect(page).toHaveURL(/\/users\?notice=deleted/)
})

test('what is not there is missing inside of the frame, and for strangers without one', async ({
  as,
  visitor,
}) => {
  const admin = await as('tenant_administrator')
  for (const path of ['/nowhere', `/users/${crypto.randomUUID()}`]) {
    await admin.goto(path)
    await expect(admin.getByRole('heading', { name: 'Page not found' })).toBeVisible()
    await expect(admin.getByRole('navigation', { name: 'Main' })).toBeVisible()
  }
  const stranger = await visitor()
  expect((await stranger.goto('/nowhere'))?.status()).toBe(404)
  await expect(stranger.getByRole('navigation', { name: 'Main' })).toBeHidden()
})

test('the inbox tells what is new, copies links, and shows a mail in the dark', async ({ as, visitor }) => {
  const admin = await as('system_administrator')
  const email = someone()
  await addUser(admin, email)
  await expect(async () => {
    await admin.goto(`/inbox?q=${encodeURIComponent(email)}`)
    await expect(admin.getByRole('row').filter({ hasText: 'New' })).toHaveCount(1, { timeout: 1_000 })
  }).toPass()
  await admin.getByRole('table').getByRole('link').first().click()
  const link = admin.getByLabel('Link in this mail')
  await expect(link).toHaveValue(/\/activate\/[\w-]{43}$/)
  // Opened where the administrator is not signed in, it ends nobody's session.
  const person = await visitor()
  await person.goto(await link.inputValue())
  await expect(person.getByRole('button', { name: 'Activate account' })).toBeVisible()
  await admin.getByRole('link', { name: 'Dark', exact: true }).click()
  const mail = admin.frameLocator('iframe')
  await expect(mail.locator('body')).not.toHaveCSS('background-color', 'rgb(244, 244, 246)')
  await admin.goto(`/inbox?q=${encodeURIComponent(email)}`)
  await expect(admin.getByRole('row').filter({ hasText: 'New' })).toHaveCount(0)
})
