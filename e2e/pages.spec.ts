import { createTransport } from 'nodemailer'
import { addUser, expect, openUser, pressAndWait, someone, test } from './fixtures/test'

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
  await pressAndWait(page, 'Sign in')
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

test('the inbox tells what is new, copies links, and shows a mail in the dark', async ({ as, app }) => {
  const email = someone()
  const link = `${app.url}/activate/${'A'.repeat(43)}`
  // By its own port: other tests have connected servers here, and then no mail of Latchkey's comes to it.
  await createTransport({ host: '127.0.0.1', port: app.inboxPort, ignoreTLS: true }).sendMail({
    from: 'noreply@example.org',
    to: email,
    subject: 'Hello',
    text: `Open ${link} within three days.`,
    html: '<style>@media (prefers-color-scheme: dark) { body { background: #111111 } }</style><p>Hello</p>',
  })
  const admin = await as('system_administrator')
  const list = `/inbox?q=${encodeURIComponent(email)}`
  await admin.goto(list)
  const fresh = admin.getByRole('row').filter({ hasText: 'New' })
  await expect(fresh).toHaveCount(1)
  await fresh.getByRole('link').click()
  await expect(admin.getByLabel('Link in this mail')).toHaveValue(link)
  const body = admin.frameLocator('iframe').locator('body')
  for (const [look, background] of [
    ['Dark', 'rgb(17, 17, 17)'],
    ['Light', 'rgba(0, 0, 0, 0)'],
  ] as const) {
    await admin.getByRole('link', { name: look, exact: true }).click()
    await expect(body).toHaveCSS('background-color', background)
  }
  await admin.goto(list)
  await expect(admin.getByRole('table').getByRole('link')).toHaveCount(1)
  await expect(fresh).toHaveCount(0)
})
