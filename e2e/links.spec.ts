import type { Page } from '@playwright/test'
import { addUser, choosePassword, connect, expect, openUser, signIn, someone, test } from './fixtures/test'

const activate = (page: Page, password = 'three quiet words') =>
  choosePassword(page, ['Password', 'Confirm password'], password, 'Activate account')

test('a scanner that opens the link, runs scripts and presses every button spoils nothing', async ({
  as,
  visitor,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const person = someone()
  await addUser(admin, person)
  const { link } = await mailbox.read(person)
  for (let visit = 0; visit < 5; visit++) {
    const scanner = await visitor()
    await scanner.goto(link)
    const buttons = await scanner.getByRole('button').count()
    for (let index = 0; index < buttons; index++) {
      const button = scanner.getByRole('button').nth(index)
      if (await button.isVisible()) await button.click()
    }
  }
  const owner = await visitor()
  await owner.goto(link)
  await activate(owner)
  await expect(owner).toHaveURL(/\/profile/)
})

test('of two people with one link at the same instant exactly one wins', async ({ as, visitor, mailbox }) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const person = someone()
  await addUser(admin, person)
  const { link } = await mailbox.read(person)
  const pages = await Promise.all([visitor(), visitor()])
  for (const page of pages) {
    await page.goto(link)
    await page.getByLabel('Password', { exact: true }).fill('three quiet words')
    await page.getByLabel('Confirm password', { exact: true }).fill('three quiet words')
  }
  await Promise.all(pages.map(page => page.getByRole('button', { name: 'Activate account' }).click()))
  const won = () => Promise.all(pages.map(async page => page.url().includes('/profile')))
  const lost = () => Promise.all(pages.map(page => page.getByText(/has been used/).count()))
  await expect.poll(async () => (await won()).filter(Boolean).length).toBe(1)
  await expect.poll(async () => (await lost()).reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)).toBe(1)
})

test('a dead link says which kind of dead it is and sends a new one', async ({ as, visitor, mailbox }) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const person = someone()
  await addUser(admin, person)
  const first = await mailbox.read(person)
  await openUser(admin, person)
  // Asked for again within a minute, the first mail would stand; so its link dies another way.
  await admin.getByRole('button', { name: 'Disable account' }).click()
  await admin.getByRole('button', { name: 'Enable account' }).click()
  await expect(admin.getByRole('button', { name: 'Resend activation' })).toBeVisible()

  const page = await visitor()
  await page.goto(first.link)
  await expect(page.getByRole('heading', { name: 'This link has been withdrawn' })).toBeVisible()
  await page.getByLabel('Email', { exact: true }).fill(person)
  await page.getByRole('button', { name: 'Send new link' }).click()
  await expect(page.getByRole('status')).toHaveText('If that address has an account, a link is on its way.')
  const second = await mailbox.read(person)
  expect(second.link).not.toBe(first.link)
  await page.goto(second.link)
  await activate(page)
  await expect(page).toHaveURL(/\/profile/)
  await page.goto(second.link)
  await expect(page.getByRole('heading', { name: 'This link has been used' })).toBeVisible()
  await page.goto(`${second.link.slice(0, -3)}abc`)
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
})

test('a link works while somebody else is signed in in the same browser', async ({ as, mailbox }) => {
  const page = await as('system_administrator')
  await connect(page, mailbox.sink)
  const person = someone()
  await addUser(page, person)
  const { link } = await mailbox.read(person)
  await page.goto(link)
  await expect(page.getByText('is signed in in this browser')).toBeVisible()
  await activate(page)
  await expect(page).toHaveURL(/\/profile/)
  await expect(page.getByText(person).first()).toBeVisible()
})

test('landing pages, sign-in and forgotten passwords work without JavaScript', async ({
  as,
  visitor,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const person = someone()
  await addUser(admin, person)
  const invitation = await mailbox.read(person)
  const page = await visitor({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
  await page.goto(invitation.link)
  await choosePassword(page, ['Password', 'Confirm password'], 'short', 'Activate account')
  await expect(page.getByText('Use at least 8 characters.').first()).toBeVisible()
  await activate(page)
  await expect(page).toHaveURL(/\/profile/)
  await mailbox.read(person)

  const other = await visitor({ javaScriptEnabled: false })
  await other.goto('/login')
  await other.getByLabel('Email', { exact: true }).fill(person)
  await other.getByLabel('Password', { exact: true }).fill('not the password')
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other.getByRole('alert')).toContainText('do not match')
  await expect(other.getByLabel('Email', { exact: true })).toHaveValue(person)
  await other.getByRole('link', { name: 'Forgot password?' }).click()
  await other.waitForURL(/forgot-password/)
  await other.getByLabel('Email', { exact: true }).fill(person)
  await other.getByRole('button', { name: 'Send reset link' }).click()
  await expect(other.getByRole('status')).toContainText('a link is on its way')
  // The mail is on another device: its code does the same here.
  const code = /\b[\dA-Z]{4}-[\dA-Z]{4}\b/.exec((await mailbox.read(person)).text ?? '')?.[0] ?? ''
  await other.getByRole('link', { name: 'I have a code' }).click()
  await other.getByLabel('Email', { exact: true }).fill(person)
  await other.getByLabel('Code', { exact: true }).fill('0000-0000')
  await other.getByRole('button', { name: 'Continue' }).click()
  await expect(other.getByText('This is not a code of a mail to this address.')).toBeVisible()
  await expect(other.getByLabel('Email', { exact: true })).toHaveValue(person)
  await other.getByLabel('Code', { exact: true }).fill(code.toLowerCase())
  await other.getByRole('button', { name: 'Continue' }).click()
  await choosePassword(other, ['New password', 'Confirm new password'], 'another three words', 'Set password')
  await expect(other.getByRole('status')).toBeVisible()
  await signIn(other, person, 'another three words')
})
