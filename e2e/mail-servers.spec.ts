import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { connect, expect, openMailServer, report, saveMailServer, signIn, test } from './fixtures/test'

test('the stages of a test appear as they happen', async ({ as, mailbox }) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  mailbox.sink.options.hold = 'data'
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const running = admin.getByRole('region', { name: 'Sending test mail' })
  await expect(running.locator('[data-stage=rcpt-to]')).toHaveAttribute('data-result', 'ok')
  await expect(running.locator('[data-stage=data]')).not.toHaveAttribute('data-result')
  mailbox.sink.release()
  const sent = report(admin, 'sent')
  await expect(sent.locator('[data-stage=data]')).toHaveAttribute('data-result', 'ok')
})

test('what was never tested is saved only after a question', async ({ as, mailbox }) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  await admin.getByLabel('SMTP port', { exact: true }).fill('2')
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  const question = admin.getByRole('dialog', { name: 'Save without a test?' })
  await question.getByRole('button', { name: 'Keep editing' }).click()
  await expect(admin.getByLabel('SMTP port', { exact: true })).toHaveValue('2')
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(mailbox.sink.port))
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  await expect(report(admin, 'sent')).toBeVisible()
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(admin.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible()
})

test('several servers stand in order, can be switched, and are deleted after a question', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const standby = await startSmtpSink({ host: '127.0.0.1' })
  await admin.goto('/settings/mail')
  await admin.getByRole('link', { name: 'Add mail server' }).click()
  await admin.getByRole('link', { name: 'Other server' }).click()
  await expect(admin.getByLabel('SMTP host', { exact: true })).toHaveValue('')
  await admin.getByLabel('Name', { exact: true }).fill('Second relay')
  await admin.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await admin.getByLabel('SMTP host', { exact: true }).fill(standby.host)
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(standby.port))
  await admin.getByLabel('Encryption', { exact: true }).selectOption('None')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('None')
  await saveMailServer(admin, 'Keep as standby')
  const row = admin.getByRole('row').filter({ hasText: 'Second relay' })
  await expect(row).toContainText('Standby')
  await row.getByRole('button', { name: 'Move Second relay up' }).click()
  await expect(row).toContainText('Primary')
  await row.getByRole('button', { name: 'Disable' }).click()
  await expect(row).toContainText('Disabled')
  await row.getByRole('button', { name: 'Delete' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(admin.getByRole('status').filter({ hasText: 'deleted' })).toBeVisible()
  await expect(row).toBeHidden()
  await standby.close()
})

test('an older version comes back, with the password that was entered for it', async ({ as, mailbox }) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  await admin.getByLabel('SMTP host', { exact: true }).fill('localhost')
  await admin.getByLabel('Encryption', { exact: true }).selectOption('STARTTLS')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('Password')
  await admin.getByLabel('Username', { exact: true }).fill('relay')
  await admin.getByLabel('Password', { exact: true }).fill('the old relay password')
  await saveMailServer(admin)
  await connect(admin, mailbox.sink)
  await admin.getByRole('link', { name: 'History' }).click()
  const history = admin.getByRole('region', { name: 'History' })
  await expect(history.getByText(/Authentication: Password → None/)).toBeVisible()
  await history
    .getByRole('listitem')
    .filter({ hasText: 'Authentication: None → Password' })
    .getByRole('button', { name: /^Restore/ })
    .click()
  await admin
    .getByRole('dialog')
    .getByRole('button', { name: /^Restore/ })
    .click()
  await expect(admin.getByRole('status').filter({ hasText: 'Restored' })).toBeVisible()
  await expect(admin.getByLabel('SMTP host', { exact: true })).toHaveValue('localhost')
  await expect(admin.getByLabel('Username', { exact: true })).toHaveValue('relay')
  await expect(admin.getByLabel('Password', { exact: true })).toHaveValue('')
  await expect(admin.getByText('One is stored').first()).toBeVisible()
  await connect(admin, mailbox.sink)
})

test('a failed test stays in the history with its cause, its fix and its transcript', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  mailbox.sink.options.refuse = {
    'mail-from': { code: 550, text: '5.7.60 Client does not have permissions' },
  }
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  await expect(report(admin, 'failed')).toBeVisible()
  await admin.getByRole('link', { name: 'History' }).click()
  const history = admin.getByRole('region', { name: 'History' })
  await history.getByRole('link', { name: 'Test mail failed' }).first().click()
  await expect(report(admin, 'failed').locator('[data-cause=sender-rejected]')).toBeVisible()
  await admin.goto('/settings/mail')
  await admin
    .getByRole('row')
    .filter({ hasText: 'Primary' })
    .getByRole('link', { name: 'Test mail failed' })
    .click()
  const failed = report(admin, 'failed')
  await expect(failed.locator('[data-stage=mail-from]')).toHaveAttribute('data-result', 'failed')
  await failed.getByText('Transcript').click()
  await expect(failed.getByText('Client does not have permissions').last()).toBeVisible()
  mailbox.sink.options.refuse = {}
})

test('while sending is paused a test says so; resumed, it goes', async ({ as, mailbox }) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  await admin.goto('/outbox')
  await admin.getByRole('button', { name: 'Pause sending' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Pause sending' }).click()
  await expect(admin.getByText('Sending is paused', { exact: true })).toBeVisible()
  await openMailServer(admin)
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const failed = report(admin, 'failed')
  await expect(failed.locator('[data-cause=no-worker]')).toContainText('paused')
  await admin.goto('/outbox')
  await admin.getByRole('button', { name: 'Resume sending' }).click()
  await expect(admin.getByText('Sending goes on')).toBeVisible()
})

test('without JavaScript a failed test tells the same, and untested settings are saved after a question', async ({
  as,
  visitor,
  mailbox,
}) => {
  const page = await visitor({ javaScriptEnabled: false })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await openMailServer(page)
  await page.getByLabel('SMTP host', { exact: true }).fill('localhost')
  await page.getByLabel('SMTP port', { exact: true }).fill('2')
  await page.getByLabel('Authentication', { exact: true }).selectOption('Password')
  await page.getByLabel('Encryption', { exact: true }).selectOption('STARTTLS')
  await page.getByLabel('Username', { exact: true }).fill('anna')
  await page.getByLabel('Password', { exact: true }).fill('a password that is typed once')
  await page.getByRole('button', { name: 'Send test mail' }).click()
  await expect(page.locator('[data-cause=connection-refused]')).toBeVisible()
  await expect(page.locator('[data-stage=connect]')).toHaveAttribute('data-result', 'failed')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'failed' }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Save anyway' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible()
  await openMailServer(page)
  await expect(page.getByLabel('SMTP port', { exact: true })).toHaveValue('2')
  await connect(await as('system_administrator'), mailbox.sink)
})

test('a tested server is saved for all mail, or as a standby; a draft is found again, and discarded', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const other = await startSmtpSink({ host: '127.0.0.1' })
  await admin.goto('/settings/mail/new?provider=custom')
  await admin.getByLabel('Name', { exact: true }).fill('Newcomer')
  await admin.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await admin.getByLabel('SMTP host', { exact: true }).fill(other.host)
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(other.port))
  await admin.getByLabel('Encryption', { exact: true }).selectOption('None')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('None')
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  await expect(report(admin, 'sent')).toBeVisible()

  await admin.goto('/settings/mail')
  await expect(admin.getByRole('row').filter({ hasText: 'Newcomer' })).toHaveCount(0)
  await expect(admin.getByText('You have an unsaved server').filter({ hasText: 'Newcomer' })).toBeVisible()
  await admin.getByRole('link', { name: 'Continue Newcomer' }).click()
  await expect(admin.getByRole('heading', { name: 'Newcomer', level: 1 })).toBeVisible()
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  await expect(report(admin, 'sent')).toBeVisible()
  // What has changed since the test is not what was tested.
  await admin.getByLabel('Mail from', { exact: true }).fill('another@example.org')
  await report(admin, 'sent').getByRole('button', { name: 'Save as standby' }).click()
  const untested = admin.getByRole('dialog', { name: 'Save without a test?' })
  await untested.getByRole('button', { name: 'Save anyway' }).click()
  const row = admin.getByRole('row').filter({ hasText: 'Newcomer' })
  await expect(row).toContainText('Standby')
  await expect(admin.getByRole('status').filter({ hasText: '“Newcomer” stands by' })).toBeVisible()

  await row.getByRole('link', { name: 'Newcomer' }).click()
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  const question = admin.getByRole('dialog', { name: 'Send all mail through Newcomer now?' })
  await question.getByRole('button', { name: 'Use for all mail' }).click()
  await expect(
    admin.getByRole('status').filter({ hasText: 'All mail goes through “Newcomer” from now on' }),
  ).toBeVisible()
  await admin.goto('/settings/mail')
  await expect(row).toContainText('Primary')
  await row.getByRole('button', { name: 'Delete' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(row).toBeHidden()
  await other.close()
})

test('a provider sets the name, and clears what another one has filled in', async ({ as }) => {
  const admin = await as('system_administrator')
  await admin.goto('/settings/mail/new')
  await admin.getByLabel('Or find the provider', { exact: true }).fill('mailt')
  await admin.getByRole('link', { name: 'Mailtrap' }).click()
  const field = (label: string) => admin.getByLabel(label, { exact: true })
  await expect(field('Username')).toHaveValue('api')
  await expect(field('SMTP host')).toBeHidden()
  await admin.getByText('live.smtp.mailtrap.io, port 587, STARTTLS').click()
  await expect(field('Name')).toHaveValue('Mailtrap')
  await field('Provider').selectOption('Gmail')
  await expect(field('Username')).toHaveValue('')
  await expect(field('Name')).toHaveValue('Gmail')
  await expect(admin.getByRole('link', { name: 'Open the page at Gmail' })).toHaveAttribute(
    'href',
    'https://myaccount.google.com/apppasswords',
  )
})

test('without JavaScript the provider is chosen, and what a server is to be is asked in the page', async ({
  as,
  visitor,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const page = await visitor({ javaScriptEnabled: false })
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/settings/mail')
  await page.getByRole('link', { name: 'Add mail server' }).click()
  await page.getByRole('link', { name: 'SendGrid' }).click()
  await expect(page.getByRole('heading', { name: 'Connect SendGrid' })).toBeVisible()
  await page.getByText('smtp.sendgrid.net, port 465, Implicit TLS').click()
  await page.getByLabel('SMTP host', { exact: true }).fill('localhost')
  await page.getByLabel('SMTP port', { exact: true }).fill('2')
  await page.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await page.getByLabel('Password', { exact: true }).fill('SG.key')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  // What was set by hand stays in sight.
  await expect(page.getByLabel('SMTP port', { exact: true })).toHaveValue('2')
  await page.getByRole('button', { name: 'Save anyway' }).click()
  await page.getByRole('button', { name: 'Keep as standby' }).click()
  const row = page.getByRole('row').filter({ hasText: 'SendGrid' })
  await expect(row).toContainText('Standby')
  await row.getByRole('link', { name: 'SendGrid' }).click()
  await page.getByRole('link', { name: 'Limits' }).click()
  await expect(page.getByLabel('Mails per minute')).toBeVisible()
  await page.goto('/settings/mail')
  await row.getByRole('button', { name: 'Delete' }).click()
  await row.getByRole('alert').getByRole('button', { name: 'Delete' }).click()
  await expect(row).toHaveCount(0)
})
