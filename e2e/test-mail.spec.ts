import { createSelfSigned } from '@/domain/smtp/testing/certificates'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { startApp } from './fixtures/app'
import { expect, openMailServer, report, saveMailServer, signIn, test } from './fixtures/test'

test('a test mail that fails says the cause, what worked, and every word of the dialogue', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  mailbox.sink.options.refuse = { 'rcpt-to': { code: 550, text: '5.1.1 No such user here' } }
  await openMailServer(admin)
  await admin.getByLabel('SMTP host', { exact: true }).fill(mailbox.sink.host)
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(mailbox.sink.port))
  await admin.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await admin.getByLabel('Encryption', { exact: true }).selectOption('None')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('None')
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const failed = report(admin, 'failed')
  await expect(failed.locator('[data-cause]')).toHaveAttribute('data-cause', 'recipient-rejected')
  await expect(failed.locator('[data-stage=mail-from]')).toHaveAttribute('data-result', 'ok')
  await expect(failed.locator('[data-stage=rcpt-to]')).toHaveAttribute('data-result', 'failed')
  await expect(failed.locator('[data-stage=data]')).toHaveAttribute('data-result', 'skipped')
  await failed.getByText('Transcript').click()
  await expect(failed.getByText('No such user here').last()).toBeVisible()
  await expect(failed.getByRole('button', { name: 'Copy log' })).toBeVisible()
  mailbox.sink.options.refuse = {}
})

test('what is wrong is put right by one press at a time, until the mail goes', async ({ as }) => {
  const sink = await startSmtpSink({
    host: '127.0.0.1',
    tls: 'implicit',
    certificate: await createSelfSigned(['localhost']),
  })
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/new?provider=custom')
  await admin.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await admin.getByLabel('SMTP host', { exact: true }).fill('localhost')
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(sink.port))
  await admin.getByLabel('Encryption', { exact: true }).selectOption('STARTTLS')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('None')
  // How long the wait for a greeting that cannot come may last
  await admin.getByLabel('Timeout (seconds)', { exact: true }).fill('1')
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const failed = report(admin, 'failed')
  for (const [cause, repair] of [
    ['tls-expected', 'Use Implicit TLS and test again'],
    ['certificate-self-signed', 'Trust this certificate and test again'],
  ] as const) {
    await expect(failed.locator('[data-cause]')).toHaveAttribute('data-cause', cause)
    // Who has not gone on typing hears the outcome.
    await expect(failed.getByRole('heading', { name: 'Test mail failed' })).toBeFocused()
    await failed.getByRole('button', { name: repair }).click()
  }
  await expect(report(admin, 'sent')).toBeVisible()
  await expect(admin.getByLabel('Encryption', { exact: true })).toHaveValue('implicit-tls')
  await sink.close()
})

test('a fix sends no stored password to where it was not entered for: the focus asks for it', async ({
  as,
}) => {
  const sink = await startSmtpSink({
    host: '127.0.0.1',
    tls: 'starttls',
    certificate: await createSelfSigned(['localhost']),
    login: { username: 'relay', password: 'the relay password' },
  })
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/new?provider=custom')
  await admin.getByLabel('Name', { exact: true }).fill('Stored')
  await admin.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await admin.getByLabel('SMTP host', { exact: true }).fill('localhost')
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(sink.port))
  await admin.getByLabel('Username', { exact: true }).fill('relay')
  await admin.getByLabel('Password', { exact: true }).fill('the relay password')
  await saveMailServer(admin)
  await admin.getByRole('row').filter({ hasText: 'Stored' }).getByRole('link').first().click()
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  await report(admin, 'failed')
    .getByRole('button', { name: /^Trust this certificate/ })
    .click()
  await expect(admin.getByText('Enter the password again: it was stored')).toBeVisible()
  await expect(admin.getByLabel('Password', { exact: true })).toBeFocused()
  expect(sink.mails).toEqual([])
  await admin.keyboard.type('the relay password')
  await expect(admin.getByText('Enter the password again: it was stored')).toBeHidden()
  await admin.keyboard.press('Enter')
  await expect(report(admin, 'sent')).toBeVisible()
  await sink.close()
})

test('a test that hangs counts its seconds, is cancelled, and covers nothing that one types', async ({
  as,
}) => {
  const sink = await startSmtpSink({ host: '127.0.0.1', hold: 'rcpt-to' })
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/new?provider=custom')
  await admin.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await admin.getByLabel('SMTP host', { exact: true }).fill(sink.host)
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(sink.port))
  await admin.getByLabel('Encryption', { exact: true }).selectOption('None')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('None')
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const running = admin.getByRole('region', { name: 'Sending test mail' })
  await expect(running.locator('[data-stage=rcpt-to]')).toContainText(/[1-9] s/)
  const recipient = admin.getByLabel('Test recipient', { exact: true })
  await recipient.fill('somebody@example.org')
  await running.getByRole('button', { name: 'Cancel test' }).click()
  await recipient.focus()
  await expect(report(admin, 'cancelled')).toContainText('Nothing was sent')
  await expect(recipient).toBeFocused()
  sink.release()
  expect(sink.mails).toEqual([])
  await sink.close()
})

test('what is wrong with a field is told no longer once it is mended', async ({ as }) => {
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/new?provider=sendgrid')
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(admin.getByRole('alert').filter({ hasText: 'needs your attention' })).toBeVisible()
  const sender = admin.getByLabel('Mail from', { exact: true })
  await expect(sender).toBeFocused()
  await sender.fill('noreply@example.org')
  await expect(sender).not.toHaveAttribute('aria-invalid')
  await expect(admin.getByRole('alert').filter({ hasText: 'needs your attention' })).toBeHidden()
})

test('without JavaScript the page waits for the test and shows its report', async ({ visitor, mailbox }) => {
  const page = await visitor({ javaScriptEnabled: false })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  mailbox.sink.options.refuse = { 'rcpt-to': { code: 550, text: '5.1.1 No such user here' } }
  mailbox.sink.options.hold = 'rcpt-to'
  await openMailServer(page)
  await page.getByLabel('SMTP host', { exact: true }).fill(mailbox.sink.host)
  await page.getByLabel('SMTP port', { exact: true }).fill(String(mailbox.sink.port))
  await page.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await page.getByLabel('Encryption', { exact: true }).selectOption('None')
  await page.getByLabel('Authentication', { exact: true }).selectOption('None')
  const held = mailbox.sink.waitForHold()
  await page.getByRole('button', { name: 'Send test mail' }).click({ noWaitAfter: true })
  await held
  await expect(page.getByRole('region', { name: 'Sending test mail' })).toBeVisible()
  mailbox.sink.release()
  const region = report(page, 'failed')
  await expect(region.locator('[data-cause]')).toHaveAttribute('data-cause', 'recipient-rejected')
  mailbox.sink.options.refuse = {}
})

test('with no worker alive the test says so', async ({ visitor }) => {
  const app = await startApp({ WORKER: 'off' })
  const page = await visitor({ baseURL: app.url })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/settings/mail')
  await page.getByRole('link', { name: 'Built-in inbox', exact: true }).click()
  await page.getByRole('button', { name: 'Send test mail' }).click()
  const failed = report(page, 'failed')
  await expect(failed.locator('[data-cause]')).toHaveAttribute('data-cause', 'no-worker')
  await app.stop()
})

test('a stored password only goes where it was entered for, and never to the browser', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  const password = 'the relay password'
  await openMailServer(admin)
  await admin.getByLabel('SMTP host', { exact: true }).fill('localhost')
  await admin.getByLabel('SMTP port', { exact: true }).fill('2')
  await admin.getByLabel('Encryption', { exact: true }).selectOption('STARTTLS')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('Password')
  await admin.getByLabel('Username', { exact: true }).fill('relay')
  await admin.getByLabel('Password', { exact: true }).fill(password)
  await admin.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await saveMailServer(admin)
  await openMailServer(admin)
  expect(await admin.content()).not.toContain(password)
  await expect(admin.getByLabel('Password', { exact: true })).toHaveValue('')
  await admin.getByLabel('SMTP host', { exact: true }).fill(mailbox.sink.host)
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(admin.getByText('Enter the password again')).toBeVisible()
  await expect(admin.getByLabel('SMTP host', { exact: true })).toHaveValue(mailbox.sink.host)
})

test('leaving with unsaved changes asks first', async ({ as }) => {
  const admin = await as('system_administrator')
  await openMailServer(admin)
  await admin.getByLabel('Name', { exact: true }).fill('Something else')
  await admin.getByRole('link', { name: 'Users' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click()
  await expect(admin.getByLabel('Name', { exact: true })).toHaveValue('Something else')
})
