// "Why didn't Anna get her mail?", and how sending is held up and goes on.
import type { Page } from '@playwright/test'
import {
  addUser,
  choosePassword,
  connect,
  expect,
  openMailServer,
  openUser,
  someone,
  test,
} from './fixtures/test'

const timeline = (page: Page) => page.getByRole('list', { name: 'Timeline' })

/** Opens the newest mail to an address. */
async function openMail(page: Page, address: string): Promise<void> {
  await page.goto(`/outbox?q=${encodeURIComponent(address)}`)
  await page.getByRole('table', { name: 'Outbox' }).getByRole('link', { name: address }).first().click()
  await expect(timeline(page)).toBeVisible()
}

async function forgetPassword(page: Page, address: string): Promise<void> {
  await page.goto('/forgot-password')
  await page.getByLabel('Email', { exact: true }).fill(address)
  await page.getByRole('button', { name: 'Send reset link' }).click()
  await expect(page.getByRole('status')).toContainText('a link is on its way')
}

test('a mail tells who asked for it twice, that its link was opened, and that it was used', async ({
  as,
  visitor,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  const person = someone()
  await addUser(admin, person)
  await mailbox.read(person)

  const owner = await visitor()
  // A pending account is sent its activation: another one than it came with, and only one however often.
  await forgetPassword(owner, person)
  const { link } = await mailbox.read(person)
  await forgetPassword(owner, person)
  await openMail(admin, person)
  await expect(timeline(admin)).toContainText('Asked for again')
  await expect(timeline(admin)).toContainText('accepted the mail')
  await expect(timeline(admin)).not.toContainText('opened')
  await admin.goto(`/outbox?q=${encodeURIComponent(person)}`)
  await expect(admin.getByRole('table', { name: 'Outbox' }).getByRole('row')).toHaveCount(3)

  const scanner = await visitor({ javaScriptEnabled: false })
  await scanner.goto(link)
  await openMail(admin, person)
  await expect(timeline(admin)).not.toContainText('opened')
  await owner.goto(link)
  await expect(async () => {
    await admin.reload()
    await expect(timeline(admin)).toContainText('The link was opened', { timeout: 500 })
  }).toPass()
  await expect(timeline(admin)).toContainText('mail scanner')
  await choosePassword(owner, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(owner).toHaveURL(/\/profile/)
  await admin.reload()
  await expect(timeline(admin).getByRole('listitem').last()).toContainText('The link was used')

  await openUser(admin, person)
  const requests = admin.getByRole('list', { name: 'Requests without a mail of their own' })
  await expect(requests).toContainText(`Asked for again by ${person}`)
  await requests.getByRole('link', { name: 'Show the mail' }).click()
  await expect(timeline(admin)).toContainText('The link was used')
})

test('a mail says what it waits for: sending that is paused, or a server; and can be cancelled', async ({
  as,
  mailbox,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)

  await test.step('sending is paused, and the mail is cancelled', async () => {
    await admin.goto('/outbox')
    await admin.getByRole('button', { name: 'Pause sending' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Pause sending' }).click()
    await expect(admin.getByRole('status')).toHaveText('Sending is paused.')
    const person = someone('cancelled')
    await addUser(admin, person)
    await openMail(admin, person)
    await expect(timeline(admin)).toContainText('Waits: sending is paused by sysadmin@latchkey.test')
    await admin.getByRole('button', { name: 'Cancel mail' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Cancel mail' }).click()
    await expect(admin.getByRole('status')).toContainText('will not be sent')
    await expect(timeline(admin)).toContainText('Cancelled by sysadmin@latchkey.test')
    await admin.goto('/outbox')
    await admin.getByRole('button', { name: 'Resume sending' }).click()
    await expect(admin.getByRole('status')).toHaveText('Sending goes on.')
  })

  await test.step('the only server is paused: everybody sees it, the mail waits, and goes when it is resumed', async () => {
    const banner = admin.getByText('No mail leaves')
    await admin.goto('/settings/mail')
    await admin.getByRole('button', { name: /^Pause/ }).click()
    await expect(admin.getByRole('status').filter({ hasText: 'Paused' })).toBeVisible()
    const person = someone('waiting')
    await addUser(admin, person)
    await openMail(admin, person)
    await expect(banner).toBeVisible()
    await expect(timeline(admin)).toContainText('Waits: no mail server accepts mail now')
    await expect(timeline(admin)).toContainText('Paused just now by sysadmin@latchkey.test')
    await admin.goto('/settings/mail')
    await admin
      .getByRole('button', { name: /^Resume/ })
      .first()
      .click()
    await expect(admin.getByRole('status').filter({ hasText: 'Resumed' })).toBeVisible()
    await expect(banner).toBeHidden()
    await mailbox.read(person)
  })

  await test.step('a limit that makes no sense is told at its field', async () => {
    await openMailServer(admin)
    await admin.getByRole('link', { name: 'Limits' }).click()
    const perMinute = admin.getByLabel('Mails per minute')
    await perMinute.fill('none')
    await admin.getByRole('button', { name: 'Set limits' }).click()
    await expect(perMinute).toBeFocused()
    await expect(admin.getByText('Enter a whole number from 1, or nothing for no limit.')).toBeVisible()
    await perMinute.fill('600')
    await admin.getByRole('button', { name: 'Set limits' }).click()
    await expect(admin.getByText('The limits are set.')).toBeVisible()
    await admin.reload()
    await expect(perMinute).toHaveValue('600')
  })
})
