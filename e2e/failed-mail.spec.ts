// A mail that cannot arrive: how an administrator finds out, and puts it right.
import { expectNoViolations } from './fixtures/axe'
import { addUser, connect, expect, openUser, signIn, someone, test } from './fixtures/test'

const noSuchUser = { 'rcpt-to': { code: 550, text: '5.1.1 No such user here' } }

test('a mistyped address is found in the list, corrected at the failed mail, and the mail arrives', async ({
  as,
  mailbox,
}) => {
  const root = await as('system_administrator')
  await connect(root, mailbox.sink)
  const admin = await as('tenant_administrator')
  const [wrong, right] = [someone('anan'), someone('anna')]
  mailbox.sink.options.refuse = noSuchUser
  await addUser(admin, wrong)
  // What is said after an action is what has become of the mail, without the page being loaded again.
  await expect(admin.getByRole('status')).toContainText(
    `The activation mail to ${wrong} could not be sent: recipient not accepted.`,
  )
  await expect(admin).not.toHaveURL(/notice/)
  mailbox.sink.options.refuse = {}

  await admin.goto('/users')
  await admin.getByRole('navigation', { name: 'Filter by state' }).getByText('Mail failed').click()
  await expect(admin).toHaveURL(/mail=failed/)
  const row = admin.getByRole('row').filter({ hasText: wrong })
  await expect(row).toContainText('Mail failed')
  await row.getByRole('link', { name: wrong }).click()
  await admin.getByRole('table', { name: 'Mails' }).getByRole('link', { name: 'Activation' }).click()

  await expect(admin.getByRole('main')).toContainText('Anna Äther has not activated the account yet.')
  await expect(admin.getByRole('link', { name: 'Open the mail server' })).toHaveCount(0)
  await admin.getByRole('button', { name: 'Copy activation link' }).click()
  const old = await admin.getByLabel('Activation link', { exact: true }).inputValue()

  await admin.getByText('Show as the reader sees it').click()
  const preview = admin.frameLocator('iframe')
  await expect(preview.getByText('Tara Tenant has created an account for you at Demo tenant')).toBeVisible()
  await expect(preview.locator('body')).toContainText('/activate/••••••••••••')
  await expect(preview.locator('body')).not.toContainText(old)

  await expectNoViolations(admin)

  await admin.getByLabel('Email', { exact: true }).fill(right)
  await admin.getByRole('button', { name: 'Correct the address' }).click()
  await expect(
    admin.getByRole('status').filter({ hasText: `The activation mail to ${right} was sent.` }),
  ).toBeVisible()
  const { subject, link } = await mailbox.read(right)
  expect(subject).toBe('Tara Tenant created an account for you at Demo tenant')
  expect(link).not.toBe(old)
  await admin.goto(old)
  await expect(admin.getByRole('heading', { name: 'newer link' })).toBeVisible()
})

test('a mail that is asked for while sending is paused is said to wait, and said to be sent once it is', async ({
  as,
  mailbox,
}) => {
  const root = await as('system_administrator')
  await connect(root, mailbox.sink)
  await root.goto('/outbox')
  await root.getByRole('button', { name: 'Pause sending' }).click()
  await root.getByRole('dialog').getByRole('button', { name: 'Pause sending' }).click()
  await expect(root.getByRole('status')).toHaveText('Sending is paused.')

  const admin = await as('tenant_administrator')
  await openUser(admin, 'customer@latchkey.test')
  await admin.getByRole('button', { name: 'Send reset link' }).click()
  await expect(admin.getByRole('status')).toContainText('waits: sending is paused.')
  await admin.goto('/profile')
  await expect(admin.getByText('Sending is paused', { exact: true })).toBeVisible()
  await openUser(admin, 'customer@latchkey.test')
  const person = someone()
  await addUser(admin, person)
  await expect(admin.getByRole('status')).toContainText('waits: sending is paused.')

  await root.getByRole('button', { name: 'Resume sending' }).click()
  await expect(admin.getByRole('status')).toContainText(`The activation mail to ${person} was sent.`)
  await admin.reload()
  await expect(admin.getByRole('status')).toHaveCount(0)
})

test('times are those of the browser, on pages and in the mails to whoever uses it', async ({
  visitor,
  as,
  mailbox,
}) => {
  const root = await as('system_administrator')
  await connect(root, mailbox.sink)
  const page = await visitor({ timezoneId: 'Asia/Kolkata' })
  await signIn(page, 'tenant@latchkey.test', 'tenant')
  await page.goto('/profile')
  await expect(page.getByText(/Last changed on .* GMT\+5:30/)).toBeVisible()
  await page.goto('/forgot-password')
  await page.getByLabel('Email', { exact: true }).fill('tenant@latchkey.test')
  await page.getByRole('button', { name: 'Send reset link' }).click()
  const { text } = await mailbox.read('tenant@latchkey.test', /Reset your password/)
  expect(text).toMatch(/for 1 hour, until \w+ \d+ \w+, \d\d:\d\d GMT\+5:30\./)

  const plain = await visitor({ javaScriptEnabled: false, timezoneId: 'Asia/Kolkata' })
  await signIn(plain, 'tenant@latchkey.test', 'tenant')
  await plain.goto('/profile')
  await expect(plain.getByText(/Last changed on .* UTC/)).toBeVisible()
})
