// A start that is declared from outside: the first administrator gets the link by mail, and finds all as it is declared.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startApp } from './fixtures/app'
import { expectNoViolations } from './fixtures/axe'
import { expect, test } from './fixtures/test'

test('the first administrator is sent the link, and what is declared is shown and not changed', async ({
  visitor,
  mailbox,
}) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey declared '))
  const config = path.join(folder, 'latchkey.yaml')
  writeFileSync(path.join(folder, 'name'), 'anna@example.org\n')
  writeFileSync(
    config,
    `settings: { name: Example accounts }
tenants: [{ name: Acme, customers: [North] }]
mailServers:
  - { name: Spare, host: smtp.example.org, mailFrom: accounts@example.org, username: accounts, password: quiet }`,
  )
  const app = await startApp({
    DEMO: 'off',
    INBOX_SMTP_PORT: '0',
    LATCHKEY_CONFIG: config,
    ADMIN_EMAIL_FILE: path.join(folder, 'name'),
    MAIL_SERVER_URL: `smtp://127.0.0.1:${mailbox.sink.port}?encryption=none&name=Sink&from=accounts@example.org`,
  })
  try {
    const mail = await mailbox.read('anna@example.org')
    expect(mail.subject).toBe('Set up Example accounts')
    expect(app.output()).toContain('was mailed to anna@example.org')
    expect(mail.link).toContain('/setup/')
    expect(app.output()).not.toContain(mail.link)
    const page = await visitor({ baseURL: app.url })
    await page.goto(mail.link)
    await page.getByLabel('Email', { exact: true }).fill('anna@example.org')
    await page.getByLabel('Password', { exact: true }).fill('three quiet words')
    await page.getByLabel('Confirm password', { exact: true }).fill('three quiet words')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page).toHaveURL(/settings\/mail$/)
    const row = page.getByRole('row').filter({ hasText: 'Sink' })
    await expect(row).toContainText('Declared')
    await expect(row.getByRole('button', { name: 'Delete' })).toHaveCount(0)
    await row.getByRole('link', { name: 'Sink' }).click()
    await expect(page.getByLabel('Mail from', { exact: true })).toHaveAttribute('readonly', '')
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveCount(0)
    await expectNoViolations(page, 'declared server')
    await page.getByRole('button', { name: 'Send test mail' }).click()
    await expect(page.getByRole('heading', { name: 'Test mail sent' })).toBeVisible({ timeout: 30_000 })

    await page.goto(`${app.url}/settings/mail`)
    await page.getByRole('link', { name: 'Spare' }).click()
    await expect(page.getByText('Change', { exact: true })).toHaveCount(0)
    await expect(page.getByLabel('SMTP host', { exact: true })).toHaveAttribute('readonly', '')
    await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/One is declared/)

    await page.goto(`${app.url}/settings`)
    await expect(page.getByLabel('Installation name', { exact: true })).toHaveAttribute('readonly', '')
    await page.getByLabel('Support address', { exact: true }).fill('help@example.org')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'The settings were saved.' })).toBeVisible()

    await page.goto(`${app.url}/tenants`)
    await page.getByRole('link', { name: 'Acme' }).click()
    await expect(page.getByText('Declared').first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Delete' })).toHaveCount(0)
  } finally {
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
