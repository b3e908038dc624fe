// Connecting a server in one breath: how many presses, how many Tabs, how much of the window.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Locator, Page } from '@playwright/test'
import { createAuthority } from '@/domain/smtp/testing/certificates'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { startApp } from './fixtures/app'
import { addUser, test as base, expect, report, signIn, someone } from './fixtures/test'

const key = 'SG.a-key-at-hand'

/** An installation for which SendGrid stands on this machine: by its name, with TLS, and with a key that it knows. */
const test = base.extend<{ sendgrid: SmtpSink; page: Page }>({
  sendgrid: async ({}, use) => {
    const authority = await createAuthority()
    const sink = await startSmtpSink({
      host: '127.0.0.1',
      tls: 'implicit',
      certificate: await authority.issue(['smtp.sendgrid.net']),
      login: { username: 'apikey', password: key },
      loginRequired: true,
    })
    writeFileSync(authorityFile, authority.cert)
    await use(sink)
    await sink.close()
  },
  page: async ({ sendgrid, visitor }, use) => {
    const app = await startApp({
      NODE_OPTIONS: `--import ${pathToFileURL('e2e/fixtures/elsewhere.mjs')}`,
      ELSEWHERE: `smtp.sendgrid.net 465 ${sendgrid.port}`,
      NODE_EXTRA_CA_CERTS: authorityFile,
    })
    const page = await visitor({ baseURL: app.url, viewport: { width: 1280, height: 800 } })
    await signIn(page, 'sysadmin@latchkey.test', 'sysadmin')
    await page.goto('/')
    await use(page)
    await app.stop()
  },
})
const authorityFile = path.resolve('test-results/authority.pem')

const fitsTheWindow = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(800)

async function expectConnected(page: Page, sendgrid: SmtpSink): Promise<void> {
  await expect(
    page.getByRole('status').filter({ hasText: 'Saved. All mail goes through “SendGrid” from now on.' }),
  ).toBeVisible()
  const row = page.getByRole('row').filter({ hasText: 'SendGrid' })
  await expect(row).toContainText('Primary')
  await page.reload()
  await expect(row).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toHaveCount(0)
  const person = someone()
  await addUser(page, person)
  await expect.poll(() => sendgrid.mails.some(({ to }) => to.includes(person))).toBe(true)
}

test('from the start page to a connected SendGrid in six presses and fields, on one screen', async ({
  page,
  sendgrid,
}) => {
  let steps = 0
  const press = async (what: Locator) => {
    steps++
    await what.click()
  }
  const enter = async (label: string, text: string) => {
    steps++
    await page.getByLabel(label, { exact: true }).fill(text)
  }
  await press(page.getByRole('link', { name: 'Mail servers' }))
  await press(page.getByRole('link', { name: 'SendGrid' }))
  await enter('Mail from', 'Example <no-reply@example.org>')
  await enter('Password', key)
  await fitsTheWindow(page)
  await press(page.getByRole('button', { name: 'Send test mail' }))
  const sent = report(page, 'sent')
  await expect(sent).toBeVisible()
  await fitsTheWindow(page)
  await press(sent.getByRole('button', { name: 'Save and use for all mail' }))
  expect(steps).toBeLessThanOrEqual(6)
  await expectConnected(page, sendgrid)
})

test('by keyboard it takes twelve Tabs at most', async ({ page, sendgrid }) => {
  let tabs = 0
  const tabTo = async (what: Locator) => {
    while (!(await what.evaluate(element => element === document.activeElement))) {
      await page.keyboard.press('Tab')
      expect(++tabs).toBeLessThanOrEqual(12)
    }
  }
  await tabTo(page.getByRole('link', { name: 'Mail servers' }))
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Or find the provider', { exact: true })).toBeFocused()
  await page.keyboard.type('sendgrid')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Mail from', { exact: true })).toBeFocused()
  await page.keyboard.type('no-reply@example.org')
  await tabTo(page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(key)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Test mail sent' })).toBeFocused()
  await tabTo(page.getByRole('button', { name: 'Save and use for all mail' }))
  await page.keyboard.press('Enter')
  await expectConnected(page, sendgrid)
})

/** Seconds of somebody in no hurry: to read a sentence and find the next thing, and to type one character. */
const reading = 8
const typing = 0.4

test('who has never seen it connects SendGrid, mends a mistake and invites a colleague within three minutes', async ({
  page,
  sendgrid,
}) => {
  // The person's time: how long this machine takes, which does other things beside, says nothing.
  let seconds = 0
  const press = async (what: Locator) => {
    seconds += reading
    await what.click()
  }
  const type = async (label: string, text: string) => {
    seconds += reading + text.length * typing
    await page.getByLabel(label, { exact: true }).fill(text)
  }
  await press(page.getByRole('link', { name: 'Connect a mail server' }))
  await press(page.getByRole('link', { name: 'SendGrid' }))
  await type('Mail from', 'no-reply@example.org')
  await type('Password', 'SG.the-wrong-key')
  await press(page.getByRole('button', { name: 'Send test mail' }))
  const failed = report(page, 'failed')
  await expect(failed.locator('[data-cause="auth-rejected"]')).toBeVisible()
  await type('Password', key)
  await press(page.getByRole('button', { name: 'Send test mail' }))
  await press(report(page, 'sent').getByRole('button', { name: 'Save and use for all mail' }))
  await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible()
  await press(page.getByRole('link', { name: 'Start' }))
  await press(page.getByRole('link', { name: 'Invite somebody' }))
  await type('Email', 'colleague@example.org')
  await press(page.getByRole('button', { name: 'Add user' }))
  await expect.poll(() => sendgrid.mails.some(({ to }) => to.includes('colleague@example.org'))).toBe(true)
  expect(seconds).toBeLessThan(180)
})
