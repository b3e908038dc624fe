// Who it is, asked again before what an open browser at lunch must not be enough for.
import type { Page } from '@playwright/test'
import { openEmbedded } from '@/lib/embedded'
import { type App, startApp, withNewDatabase } from './fixtures/app'
import { expect, signIn, test } from './fixtures/test'

/** Every session has begun longer ago than its proof counts. */
const stale = [
  `CREATE FUNCTION long_ago() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN NEW."provedAt" := now() - interval '11 minutes'; RETURN NEW; END $$`,
  'CREATE TRIGGER long_ago BEFORE INSERT ON "Session" FOR EACH ROW EXECUTE FUNCTION long_ago()',
]

let app: App
test.beforeAll(async () => {
  app = await startApp({}, async dataDir => {
    await withNewDatabase(dataDir)
    const { prisma, close } = await openEmbedded(dataDir)
    for (const statement of stale) await prisma.$executeRawUnsafe(statement)
    await close()
  })
})
test.afterAll(() => app.stop())

const question = (page: Page) => page.getByRole('region', { name: 'Confirm that it is you' })

async function confirm(page: Page, password: string) {
  await question(page).getByLabel('Current password', { exact: true }).fill(password)
  await question(page).getByRole('button', { name: 'Confirm' }).click()
}

test('settings are saved after the question, with what was typed', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: app.url })
  const page = await context.newPage()
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/settings')
  await page.getByLabel('Installation name', { exact: true }).fill('Post room')
  await page.getByRole('button', { name: 'Save settings' }).click()
  await expect(question(page)).toBeVisible()
  await expect(page.getByText('That was a while ago. Confirm first that it is you.')).toBeVisible()
  await expect(question(page).getByLabel('Current password', { exact: true })).toBeFocused()
  await confirm(page, 'wrong')
  await expect(page.getByText('This is not your present password.')).toBeVisible()
  await confirm(page, 'sysadmin')
  await expect(page.getByText('The settings were saved.')).toBeVisible()
  await expect(question(page)).toBeHidden()
  await expect(page.getByLabel('Installation name', { exact: true })).toHaveValue('Post room')
  // It lasts for what comes next.
  await page.getByLabel('Installation name', { exact: true }).fill('Latchkey')
  await page.getByRole('button', { name: 'Save settings' }).click()
  await expect(page.getByText('The settings were saved.')).toBeVisible()
  await expect(question(page)).toBeHidden()
  await context.close()
})

test('a mail server keeps the password that was typed, and a deletion goes on', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: app.url })
  const page = await context.newPage()
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/settings/mail/new?provider=custom')
  await fillIn(page)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(question(page)).toBeVisible()
  await page.setViewportSize({ width: 390, height: 800 })
  await page.screenshot({ path: 'test-results/step-up-server-390.png' })
  await page.setViewportSize({ width: 1280, height: 800 })
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('hunter two')
  await confirm(page, 'sysadmin')
  // What was to be done goes on: nobody has tested these settings yet.
  await expect(page.getByRole('dialog')).toContainText('test')
  await context.close()
})

test('without JavaScript a password has to be typed again, and nothing else', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: app.url, javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/settings/mail/new?provider=custom')
  await fillIn(page)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(question(page)).toBeVisible()
  await expect(question(page).getByText('type them again below')).toBeVisible()
  await page.screenshot({ path: 'test-results/step-up-plain.png', fullPage: true })
  await confirm(page, 'sysadmin')
  await expect(page.getByText('what is secret is never sent back')).toBeVisible()
  await expect(page.getByLabel('SMTP host', { exact: true })).toHaveValue('127.0.0.1')
  await expect(question(page)).toBeHidden()
  await page.getByLabel('Password', { exact: true }).fill('hunter two')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Save anyway')).toBeVisible()
  await context.close()
})

test('without JavaScript a question that was answered is not asked twice', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: app.url, javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
  await page.goto('/settings/mail')
  await page
    .getByRole('button', { name: /Delete/ })
    .first()
    .click()
  await page
    .getByRole('alert')
    .getByRole('button', { name: /Delete/ })
    .click()
  await expect(question(page)).toBeVisible()
  await confirm(page, 'sysadmin')
  await expect(page.getByText('The mail server is deleted.')).toBeVisible()
  await context.close()
})

async function fillIn(page: Page) {
  for (const [label, value] of [
    ['Name', 'Relay'],
    ['SMTP host', '127.0.0.1'],
    ['SMTP port', '2525'],
    ['Mail from', 'mail@example.org'],
    ['Username', 'relay'],
    ['Password', 'hunter two'],
  ] as const)
    await page.getByLabel(label, { exact: true }).first().fill(value)
}
