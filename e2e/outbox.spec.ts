import { mails, manyMails } from '@/domain/outbox/testing/rows'
import { holdDatabase } from '@/lib/db'
import { openEmbedded } from '@/lib/embedded'
import { pointAtInbox } from '@/prisma/seed'
import { startApp, withNewDatabase } from './fixtures/app'
import { test as base, expect } from './fixtures/test'

/** An installation with a past: 120 mails were sent, 30 failed, and two wait for a decision. */
const test = base.extend<object, { app: Awaited<ReturnType<typeof startApp>> }>({
  app: [
    async ({}, use) => {
      const app = await startApp({}, async dataDir => {
        await withNewDatabase(dataDir)
        const database = await openEmbedded(dataDir)
        holdDatabase(database)
        await pointAtInbox(1025)
        await manyMails(120)
        await manyMails(30, 'failed')
        const expiresAt = new Date(Date.now() + 3_600_000)
        await mails(2, {
          state: 'uncertain',
          unconfirmed: 3,
          cause: 'outcome-uncertain',
          dueAt: expiresAt,
          expiresAt,
        })
        holdDatabase(null)
        await database.close()
      })
      await use(app)
      await app.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

test('an administrator turns pages, filters, sends again what failed, and sees the numbers follow', async ({
  as,
}) => {
  const page = await as('system_administrator')
  await page.goto('/outbox')
  const rows = page.getByRole('table', { name: 'Outbox' }).getByRole('row')
  const number = (label: string) => page.locator('dl > div').filter({ hasText: label }).locator('dd')
  await expect(rows).toHaveCount(51)
  await expect(page.getByRole('link', { name: 'All 152' })).toBeVisible()
  await expect(number('Sent today')).toContainText('0')

  // Not the whole row, which tells how long ago it was.
  const recipient = rows.nth(1).getByRole('cell').first()
  const first = await recipient.textContent()
  await page.getByRole('link', { name: 'Next' }).click()
  await expect(page).toHaveURL(/before=/)
  await expect(recipient).not.toHaveText(first ?? '')
  await page.getByRole('link', { name: 'Previous' }).click()
  await expect(recipient).toHaveText(first ?? '')

  await page.getByRole('link', { name: 'Failed 30' }).click()
  await expect(rows).toHaveCount(31)
  await page.getByText('Filter by kind').click()
  await page.getByRole('link', { name: 'Activation', exact: true }).click()
  await expect(page.getByText('No mails match this filter')).toBeVisible()
  await page.getByRole('link', { name: 'All kinds' }).click()

  await page.getByRole('button', { name: 'Send again all 30 failed mails' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Send again all/ })
    .click()
  await expect(page.getByRole('progressbar')).toBeVisible()
  await expect(page.getByRole('status')).toContainText('30 failed mails are queued again')
  // Nobody loads the page anew.
  await expect(number('Sent today')).toContainText('30')
  await expect(number('Failed today')).toContainText('0')
  await expect(page.getByText('No mails match this filter')).toBeVisible()
})

test('the system administrator says for how long mails are kept; others do not see it', async ({ as }) => {
  const page = await as('system_administrator')
  await page.goto('/outbox')
  await page.getByRole('link', { name: 'Figures' }).click()
  await expect(page.getByRole('img', { name: /^Mails/ })).toBeVisible()
  await expect(page.getByText('Built-in inbox')).toBeVisible()
  const days = page.getByLabel('Keep mails for (days)')
  await days.fill('0')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Enter a whole number of days from 1 to 3650.')).toBeVisible()
  await expect(days).toBeFocused()
  await days.fill('30')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status').filter({ hasText: '30 days' })).toBeVisible()
  await page.reload()
  await expect(days).toHaveValue('30')

  const other = await as('tenant_administrator')
  await other.goto('/outbox')
  await expect(other.getByText('No mails yet')).toBeVisible()
  await other.getByRole('link', { name: 'Figures' }).click()
  await expect(other).toHaveURL(/figures/)
  await expect(other.getByText('Servers and workers')).toBeHidden()
  await expect(other.getByLabel(/Keep mails/)).toBeHidden()
})

test('/metrics answers this machine, and nobody who came through a proxy', async ({ request }) => {
  const metrics = await request.get('/metrics')
  expect(metrics.headers()['content-type']).toContain('version=0.0.4')
  expect(await metrics.text()).toMatch(
    /^latchkey_worker_heartbeat_age_seconds\{worker="[\w-]+",host=".+"\} [\d.]+$/m,
  )
  expect((await request.get('/metrics', { headers: { 'X-Forwarded-For': '192.0.2.1' } })).status()).toBe(404)
})

test('an administrator says that an uncertain mail arrived, and sends another one again', async ({ as }) => {
  const page = await as('system_administrator')
  await page.goto('/outbox')
  const undecided = page.getByRole('region', { name: 'Waiting for a decision' })
  await expect(undecided.getByRole('listitem')).toHaveCount(2)
  await undecided.getByRole('button', { name: 'Send again person1@example.org' }).click()
  await expect(undecided.getByRole('listitem')).toHaveCount(1)
  await undecided.getByRole('link', { name: 'person0@example.org' }).click()
  await expect(page.locator('[data-wait=person]')).toBeVisible()
  await page.getByRole('button', { name: 'It arrived' }).click()
  await expect(page.getByRole('status')).toHaveText('The mail counts as sent.')
  await expect(page.getByRole('list', { name: 'Timeline' })).toContainText(
    'It arrived, says sysadmin@latchkey.test',
  )
})
