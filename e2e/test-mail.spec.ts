import { createSelfSigned } from '@/domain/smtp/testing/certificates'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { startApp } from './fixtures/app'
import { expect, saveMailServer, signIn, test } from './fixtures/test'

test('a test mail that fails says the cause, what worked, and every word of the dialogue', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  mailbox.sink.options.refuse = { 'rcpt-to': { code: 550, text: '5.1.1 No such user here' } }
  await admin.goto('/settings/mail')
  await admin.getByLabel('SMTP host', { exact: true }).fill(mailbox.sink.host)
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(mailbox.sink.port))
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Test mail failed' })
  await expect(dialog.locator('[data-cause]')).toHaveAttribute('data-cause', 'recipient-rejected')
  await expect(dialog.locator('[data-stage=mail-from]')).toHaveAttribute('data-result', 'ok')
  await expect(dialog.locator('[data-stage=rcpt-to]')).toHaveAttribute('data-result', 'failed')
  await expect(dialog.locator('[data-stage=data]')).toHaveAttribute('data-result', 'skipped')
  await dialog.getByText('Transcript').click()
  await expect(dialog.getByText('No such user here').last()).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Copy log' })).toBeVisible()
  mailbox.sink.options.refuse = {}
})

test('what is wrong is put right by a button at a time, until the mail goes', async ({ as }) => {
  const sink = await startSmtpSink({
    host: '127.0.0.1',
    tls: 'implicit',
    certificate: await createSelfSigned(['localhost']),
  })
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail')
  await admin.getByLabel('SMTP host', { exact: true }).fill('localhost')
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(sink.port))
  await admin.getByLabel('Encryption', { exact: true }).selectOption('STARTTLS')
  // How long the wait for a greeting that cannot come may last
  await admin.getByLabel('Timeout (seconds)', { exact: true }).fill('1')
  const dialog = admin.getByRole('dialog', { name: 'Test mail failed' })
  for (const [cause, repair] of [
    ['tls-expected', 'Use Encryption: Implicit TLS'],
    ['certificate-self-signed', /^Trust this certificate/],
  ] as const) {
    await admin.getByRole('button', { name: 'Send test mail' }).click()
    await expect(dialog.locator('[data-cause]')).toHaveAttribute('data-cause', cause)
    await dialog.getByRole('button', { name: repair }).click()
    await expect(dialog).toBeHidden()
  }
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  await expect(admin.getByRole('dialog', { name: 'Test mail sent' })).toBeVisible()
  await sink.close()
})

test('without JavaScript the page waits for the test and shows its report', async ({ visitor, mailbox }) => {
  const page = await visitor({ javaScriptEnabled: false })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  mailbox.sink.options.refuse = { 'rcpt-to': { code: 550, text: '5.1.1 No such user here' } }
  mailbox.sink.options.hold = 'rcpt-to'
  await page.goto('/settings/mail')
  await page.getByLabel('SMTP host', { exact: true }).fill(mailbox.sink.host)
  await page.getByLabel('SMTP port', { exact: true }).fill(String(mailbox.sink.port))
  const held = mailbox.sink.waitForHold()
  await page.getByRole('button', { name: 'Send test mail' }).click({ noWaitAfter: true })
  await held
  await expect(page.getByRole('region', { name: 'Sending test mail' })).toBeVisible()
  mailbox.sink.release()
  const region = page.getByRole('region', { name: 'Test mail failed' })
  await expect(region.locator('[data-cause]')).toHaveAttribute('data-cause', 'recipient-rejected')
  mailbox.sink.options.refuse = {}
})

test('with no worker alive the test says so', async ({ visitor }) => {
  const app = await startApp({ WORKER: 'off' })
  const page = await visitor({ baseURL: app.url })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/settings/mail')
  await page.getByRole('button', { name: 'Send test mail' }).click()
  const dialog = page.getByRole('dialog', { name: 'Test mail failed' })
  await expect(dialog.locator('[data-cause]')).toHaveAttribute('data-cause', 'no-worker')
  await app.stop()
})

test('a stored password only goes where it was entered for, and never to the browser', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  const password = 'the relay password'
  await admin.goto('/settings/mail')
  await admin.getByLabel('SMTP host', { exact: true }).fill('localhost')
  await admin.getByLabel('SMTP port', { exact: true }).fill('2')
  await admin.getByLabel('Encryption', { exact: true }).selectOption('STARTTLS')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('Password')
  await admin.getByLabel('Username', { exact: true }).fill('relay')
  await admin.getByLabel('Password', { exact: true }).fill(password)
  await saveMailServer(admin)
  await admin.reload()
  expect(await admin.content()).not.toContain(password)
  await expect(admin.getByLabel('Password', { exact: true })).toHaveValue('')
  await admin.getByLabel('SMTP host', { exact: true }).fill(mailbox.sink.host)
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByText('Enter the password again')).toBeVisible()
  await expect(admin.getByLabel('SMTP host', { exact: true })).toHaveValue(mailbox.sink.host)
})

test('leaving with unsaved changes asks first', async ({ as }) => {
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail')
  await admin.getByLabel('Name', { exact: true }).fill('Something else')
  await admin.getByRole('link', { name: 'Users' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click()
  await expect(admin.getByLabel('Name', { exact: true })).toHaveValue('Something else')
})
