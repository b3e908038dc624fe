// From an alarm to its mails and back, and the rules between them.
import type { Page } from '@playwright/test'
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { images } from '@/lib/testing/images'
import { withAlarms } from './fixtures/alarms'
import { type App, startApp } from './fixtures/app'
import { expectNoViolations } from './fixtures/axe'
import { expect, test } from './fixtures/test'

let app: App
test.beforeAll(async () => {
  test.setTimeout(240_000)
  app = await startApp({}, withAlarms)
})
test.afterAll(() => app.stop())

async function as(page: Page, role: (typeof demoAccounts)[number]['role']): Promise<void> {
  const account = demoAccounts.find(one => one.role === role)
  if (!account) throw new Error(role)
  await page.goto(`${app.url}/login`)
  await page.getByLabel('Email', { exact: true }).fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).not.toHaveURL(/\/login/)
}

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })

/** How a page looks, on a screen and on a phone, by day and by night; and that nothing of it is beside the page. */
async function look(page: Page, name: string): Promise<void> {
  await expectNoViolations(page, name)
  for (const [place, width] of [
    ['screen', 1280],
    ['phone', 390],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(wide, `${name} is no wider than ${width}`).toBeLessThanOrEqual(width)
      // Colours that are still on their way from one scheme to the other are nobody's.
      await page.evaluate(() => {
        for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish()
      })
      await page.screenshot({
        path: `test-results/alarms/${name}.${place}.${colorScheme}.png`,
        fullPage: true,
      })
    }
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light' })
}

test('an alarm leads to what the rules made of it, to its mails, and back', async ({ page }) => {
  await as(page, 'tenant_administrator')
  await page.getByRole('link', { name: 'Alarms', exact: true }).click()
  const row = page.getByRole('row').filter({ hasText: 'Boiler 7' })
  await expect(row).toContainText('2 mails', { timeout: 30_000 })
  await look(page, 'alarms')
  await page.getByRole('link', { name: 'Minor', exact: true }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Pump 3' })).toBeVisible()
  await expect(row).toBeHidden()
  await page.goto(`${app.url}/alarms`)
  await page.getByRole('link', { name: 'High temperature' }).click()
  await expect(page.getByText('Night shift: does not match: another severity')).toBeVisible()
  await expect(page.getByText('Hot boilers: matches; 2 mails')).toBeVisible()
  await look(page, 'alarm')
  await page.getByRole('link', { name: 'watch@example.org' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Alarm' })).toBeVisible()
  await page.getByRole('link', { name: 'High temperature (Boiler 7)' }).click()
  await page.getByRole('button', { name: 'Acknowledge' }).click()
  await expect(page.getByRole('button', { name: 'Acknowledge' })).toBeHidden()
})

test('a rule is written, tried, saved, and put into its place', async ({ page }) => {
  await as(page, 'tenant_administrator')
  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  await look(page, 'rules')
  await page.getByRole('link', { name: 'Add rule' }).click()
  await field(page, 'Name').fill('Warm rooms')
  await field(page, 'Major').check()
  await field(page, 'Filter (optional)')
    .or(page.getByLabel(/^Filter/))
    .first()
    .fill('details.temperature > 80')
  await field(page, 'Recipients').fill('tenant-administrators\neverybody')
  await page
    .getByLabel(/^Subject/)
    .fill('{{ alarm.type }} at {{ alarm.originator }}: {{ alarm.details.temperature }}')
  await page.getByLabel(/^Body/).fill('Look after {{ alarm.originator }}.\n{{ links.acknowledge }}')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await expect(page.getByText(/“everybody” is no recipient/)).toBeVisible()
  await expect(field(page, 'Recipients')).toHaveValue('tenant-administrators\neverybody')
  await expect(field(page, 'Major')).toBeChecked()
  await look(page, 'rule-refused')
  await field(page, 'Recipients').fill('tenant-administrators')
  await page
    .getByLabel(/^Alarm as JSON/)
    .fill('{"originator": "Boiler 9", "type": "Hot", "severity": "major", "details": {"temperature": 99}}')
  await page.getByRole('button', { name: 'Try rule', exact: true }).click()
  const result = page.getByRole('region', { name: 'Result' })
  await expect(result).toContainText('Hot at Boiler 9: 99')
  await expect(result.getByText('Matches', { exact: true })).toBeVisible()
  await expect(page.frameLocator('iframe').getByText('Look after Boiler 9.')).toBeVisible()
  await look(page, 'rule-tried')
  await page.getByRole('button', { name: 'Send to me' }).click()
  await expect(page.getByRole('link', { name: 'See it in the outbox' })).toBeVisible()
  await page.getByRole('button', { name: 'Save rule' }).click()
  await expect(page.getByText('The rule was saved.')).toBeVisible()
  await page.getByRole('button', { name: 'Move Warm rooms up' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Warm rooms' }).first()).toContainText('2.')
  await page.getByRole('link', { name: 'Try rules' }).click()
  await page.getByRole('button', { name: 'Try rules' }).click()
  await expect(page.getByRole('region', { name: 'Result' })).toContainText('Night shift')
  await look(page, 'rules-tried')
})

test('an image is uploaded, shown by a rule, and deleted; also without JavaScript', async ({
  browser,
  page,
}) => {
  await as(page, 'tenant_administrator')
  await page.goto(`${app.url}/rules`)
  await page.getByRole('link', { name: 'Images', exact: true }).click()
  await expect(page.getByText('No images yet')).toBeVisible()
  await look(page, 'images-none')
  const png = { name: 'plant.png', mimeType: 'text/plain', buffer: Buffer.from(images.png) }
  const upload = async (on: Page, file?: typeof png) => {
    if (file) await on.getByLabel('Image', { exact: true }).setInputFiles(file)
    await on.getByRole('button', { name: 'Add image' }).click()
  }
  await upload(page)
  await expect(page.getByText('Choose an image.')).toBeVisible()
  await upload(page, { ...png, buffer: Buffer.from('hello') })
  await expect(page.getByText('This is not an image in PNG, JPEG, WebP or GIF.')).toBeVisible()
  await upload(page, png)
  await expect(page.getByText('The image was added.')).toBeVisible()
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  })
  const plain = await context.newPage()
  await plain.goto(`${app.url}/rules/images`)
  const long = 'The plant with its boilers and pumps as seen from the eastern gate in winter.gif'
  await upload(plain, { ...png, name: long, buffer: Buffer.from(images.gif) })
  await expect(plain.getByRole('row').filter({ hasText: long })).toBeVisible()
  await page.reload()
  const picture = page.getByRole('row').filter({ hasText: 'plant.png' }).locator('img')
  await expect.poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(6)
  await look(page, 'images')

  await page.goto(`${app.url}/rules/new`)
  await field(page, 'Name').fill('With a picture')
  await field(page, 'Recipients').fill('tenant-administrators')
  await field(page, 'Mail servers').selectOption('The installation’s')
  await page.getByText('HTML, images, language, time zone').click()
  await page.getByLabel(/^HTML body/).fill("<p>{{ alarm.type }}</p>{{ 'plan.png' | image }}")
  await page.getByRole('button', { name: 'Save rule' }).click()
  await expect(page.getByText('There is no image “plan.png”.')).toBeVisible()
  await look(page, 'rule-without-image')
  await page.getByLabel(/^HTML body/).fill("<p>{{ alarm.type }}</p>{{ 'plant.png' | image }}")
  await page.getByLabel(/^Alarm as JSON/).fill('{"originator": "B", "type": "Hot", "severity": "major"}')
  await page.getByRole('button', { name: 'Try rule', exact: true }).click()
  const shown = page.frameLocator('iframe').getByAltText('plant.png')
  await expect.poll(() => shown.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(6)
  await page.getByRole('button', { name: 'Send to me' }).click()
  await page.getByRole('link', { name: 'See it in the outbox' }).click()
  const kept = page.frameLocator('iframe').getByAltText('plant.png')
  await expect.poll(() => kept.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(6)
  await page.goBack()

  await plain.getByRole('button', { name: 'Delete plant.png' }).click()
  await expect(plain.getByText('Mails of rules that show it go without it from now on.')).toBeVisible()
  await plain.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(plain.getByText('The image was deleted.')).toBeVisible()
  await expect(plain.getByRole('row').filter({ hasText: 'plant.png' })).toBeHidden()
  await context.close()
})

test('a rule says by whose servers its mails go', async ({ page }) => {
  await as(page, 'tenant_administrator')
  await page.goto(`${app.url}/rules`)
  await page.getByRole('link', { name: 'Night shift' }).click()
  await expect(field(page, 'Mail servers')).toHaveValue('')
  await field(page, 'Mail servers').selectOption('The installation’s')
  await look(page, 'rule')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await page.getByRole('link', { name: 'Night shift' }).click()
  await expect(field(page, 'Mail servers')).toHaveValue('system')
})

test('the system administrator comes from a tenant to its alarms and rules', async ({ page }) => {
  await as(page, 'system_administrator')
  await page.goto(`${app.url}/tenants`)
  await page.getByRole('link', { name: 'Demo tenant' }).click()
  await look(page, 'tenant')
  await page.getByRole('main').getByRole('link', { name: 'Alarms', exact: true }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Boiler 7' })).toBeVisible()
  await page.goBack()
  await page.getByRole('main').getByRole('link', { name: 'Rules', exact: true }).click()
  await page.getByRole('link', { name: 'Images', exact: true }).click()
  await page
    .getByLabel('Image', { exact: true })
    .setInputFiles({ name: 'by root.png', mimeType: 'image/png', buffer: Buffer.from(images.png) })
  await page.getByRole('button', { name: 'Add image' }).click()
  await expect(page.getByText('The image was added.')).toBeVisible()
  await page.getByRole('button', { name: 'Delete by root.png' }).click()
  // The question stands in the page where no script was ready yet.
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page.getByText('The image was deleted.')).toBeVisible()
})

test('the links of a mail acknowledge and stop, by a press', async ({ page, request }) => {
  await as(page, 'system_administrator')
  await page.goto(`${app.url}/inbox`)
  await page
    .getByRole('row')
    .filter({ hasText: 'watch@example.org' })
    .filter({ hasText: 'Flame lost' })
    .getByRole('link')
    .first()
    .click()
  await expect(page.getByText(/Acknowledge it: http/).first()).toBeVisible()
  const source = await page.content()
  const acknowledge = /\/alarm\/[\w-]{43}/.exec(source)?.[0]
  const stop = /\/stop-mails\/[\w-]{43}/.exec(source)?.[0]
  expect(acknowledge && stop).toBeTruthy()
  await page.context().clearCookies()
  await page.goto(`${app.url}${acknowledge}`)
  await expect(page.getByText('Flame lost')).toBeVisible()
  await look(page, 'acknowledge')
  await page.getByRole('button', { name: 'Acknowledge' }).click()
  await expect(page.getByText('There is nothing left to acknowledge.')).toBeVisible()
  await expect(page.getByText('acknowledged by watch@example.org')).toBeVisible()
  await page.goto(`${app.url}${stop}`)
  await expect(page.getByText('watch@example.org')).toBeVisible()
  await look(page, 'stop')
  // As the button of a mail program does it (RFC 8058).
  const answer = await request.post(`${app.url}${stop}`, { form: { 'List-Unsubscribe': 'One-Click' } })
  expect(answer.status()).toBe(200)
  await page.reload()
  await expect(page.getByText(/No more alarm mails of Demo tenant go to watch@example.org/)).toBeVisible()
  await page.goto(`${app.url}/stop-mails/${'x'.repeat(43)}`)
  await expect(page.getByText('This link does not work any more.')).toBeVisible()
})

test('any JSON becomes alarms by a mapping, which is tried first; also without JavaScript', async ({
  browser,
  page,
}) => {
  await as(page, 'tenant_administrator')
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  })
  const plain = await context.newPage()
  await plain.goto(`${app.url}/alarms/mapping`)
  await plain.getByRole('button', { name: 'Preview' }).click()
  await expect(plain.getByText('One alarm would be taken, and 0 not.')).toBeVisible()
  await expect(plain.getByText('"originator": "Pump 3"')).toBeVisible()
  await plain.getByRole('button', { name: 'Save mapping' }).click()
  await expect(plain.getByText('The mapping was saved.')).toBeVisible()
  await context.close()
  await page.goto(`${app.url}/alarms/mapping`)
  await look(page, 'mapping')
})

test('alarms and rules in German', async ({ page }) => {
  await as(page, 'tenant_administrator')
  // The last test: from here on this administrator reads German.
  await page.goto(`${app.url}/profile`)
  await page.getByLabel('Language').selectOption('Deutsch')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('link', { name: 'Alarme', exact: true })).toBeVisible()
  for (const [name, place] of [
    ['alarms', '/alarms'],
    ['rules', '/rules'],
    ['rule', '/rules/new'],
    ['images', '/rules/images'],
  ] as const) {
    await page.goto(`${app.url}${place}`)
    await look(page, `german-${name}`)
  }
})
