import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { connect, expect, saveMailServer, signIn, test } from './fixtures/test'

test('the stages of a test appear as they happen', async ({ as, mailbox }) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  mailbox.sink.options.hold = 'data'
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const running = admin.getByRole('dialog', { name: 'Sending test mail' })
  await expect(running.locator('[data-stage=rcpt-to]')).toHaveAttribute('data-result', 'ok')
  await expect(running.locator('[data-stage=data]')).not.toHaveAttribute('data-result')
  mailbox.sink.release()
  const sent = admin.getByRole('dialog', { name: 'Test mail sent' })
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
  await expect(admin.getByRole('dialog', { name: 'Test mail sent' })).toBeVisible()
  await admin.keyboard.press('Escape')
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(admin.getByRole('status')).toContainText('Saved')
})

test('several servers stand in order, can be switched, and are deleted after a question', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const standby = await startSmtpSink({ host: '127.0.0.1' })
  await admin.getByRole('link', { name: 'Add mail server' }).click()
  await expect(admin.getByLabel('SMTP host', { exact: true })).toHaveValue('')
  await admin.getByLabel('Name', { exact: true }).fill('Second relay')
  await admin.getByLabel('Mail from', { exact: true }).fill('noreply@example.org')
  await admin.getByLabel('SMTP host', { exact: true }).fill(standby.host)
  await admin.getByLabel('SMTP port', { exact: true }).fill(String(standby.port))
  await admin.getByLabel('Encryption', { exact: true }).selectOption('None')
  await admin.getByLabel('Authentication', { exact: true }).selectOption('None')
  await saveMailServer(admin)
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
  await expect(admin.getByRole('status')).toContainText('Saved')
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
  await expect(admin.getByRole('dialog', { name: 'Test mail failed' })).toBeVisible()
  await admin.keyboard.press('Escape')
  const history = admin.getByRole('region', { name: 'History' })
  await history.getByRole('link', { name: 'Test mail failed' }).first().click()
  await expect(admin.locator('[data-cause=sender-rejected]')).toBeVisible()
  await admin.getByText('Details').click()
  await expect(admin.locator('[data-stage=mail-from]')).toHaveAttribute('data-result', 'failed')
  await expect(admin.getByText('Client does not have permissions').last()).toBeVisible()
  mailbox.sink.options.refuse = {}
})

test('while sending is paused a test says so; resumed, it goes', async ({ as, mailbox }) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  await admin.goto('/outbox')
  await admin.getByRole('button', { name: 'Pause sending' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Pause sending' }).click()
  await expect(admin.getByText('Sending is paused', { exact: true })).toBeVisible()
  await admin.goto('/settings/mail')
  await admin.getByRole('button', { name: 'Send test mail' }).click()
  const failed = admin.getByRole('dialog', { name: 'Test mail failed' })
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
  await page.goto('/settings/mail')
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
  await expect(page.getByRole('alert')).toContainText('failed')
  await page.getByRole('button', { name: 'Save anyway' }).click()
  await expect(page.getByRole('status')).toContainText('Saved')
  await page.goto('/settings/mail')
  await expect(page.getByLabel('SMTP port', { exact: true })).toHaveValue('2')
  await connect(await as('system_administrator'), mailbox.sink)
})
