// Stricter rules for passwords, and passwords that have to be changed, as people meet them.

import type { Page } from '@playwright/test'
import { expectNoViolations } from './fixtures/axe'
import { choosePassword, expect, openUser, pressAndWait, signIn, someone, test } from './fixtures/test'

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
const both: [string, string] = ['New password', 'Confirm new password']

async function givePassword(page: Page, email: string, password: string, next = '') {
  await page.goto(`/login${next}`)
  await field(page, 'Email').fill(email)
  await field(page, 'Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('an initial password is set by an administrator, and changed at the first sign-in without JavaScript', async ({
  as,
  visitor,
}) => {
  const admin = await as('tenant_administrator')
  const person = someone()
  const initial = 'told over the phone'
  await admin.goto('/users/new')
  await expect(field(admin, 'Initial password')).toBeHidden()
  await field(admin, 'Set an initial password').check()
  await field(admin, 'Email').fill(person)
  await field(admin, 'Role').selectOption('Customer user')
  await field(admin, 'Initial password').fill('password1')
  await pressAndWait(admin, 'Add user')
  await expect(admin.getByText('This is one of the first passwords')).toBeVisible()
  await expect(field(admin, 'Email')).toHaveValue(person)
  await field(admin, 'Initial password').fill(initial)
  await pressAndWait(admin, 'Add user')
  await expect(admin.getByRole('status').filter({ hasText: 'The user was added.' })).toBeVisible()
  await expect(admin.getByText('has to be changed with the first sign-in')).toBeVisible()
  expect(await admin.content()).not.toContain(initial)

  const plain = await visitor({ javaScriptEnabled: false })
  await givePassword(plain, person, initial, '?next=/profile/security')
  await expect(plain).toHaveURL(/\/login\/new-password\?next=/)
  await expect(plain.getByText('Somebody else has set the password')).toBeVisible()
  expect((await plain.request.get('/api/trouble', { maxRedirects: 0 })).status()).not.toBe(200)
  const { csrfToken } = await (await plain.request.get('/api/auth/csrf')).json()
  const form = { csrfToken, email: person, password: initial, json: 'true' }
  expect((await plain.request.post('/api/auth/callback/credentials', { form })).status()).toBe(401)
  await choosePassword(plain, both, initial, 'Set password')
  await expect(plain.getByText('You have had this password before.')).toBeVisible()
  await field(plain, 'New password').fill('only mine to know')
  await field(plain, 'Confirm new password').fill('something else')
  await plain.getByRole('button', { name: 'Set password' }).click()
  await expect(plain.getByText('The two passwords differ.')).toBeVisible()
  await choosePassword(plain, both, 'only mine to know', 'Set password')
  await expect(plain).toHaveURL(/\/profile\/security/)
  await signIn(await visitor(), person, 'only mine to know')

  await openUser(admin, person)
  await expect(admin.getByText('has to be changed with the first sign-in')).toBeHidden()
})

test('whoever comes to the page for a new password without a sign-in is sent to that', async ({
  visitor,
}) => {
  const page = await visitor()
  await page.goto('/login/new-password')
  await expect(page).toHaveURL(/\/login/)
  await expect(page.getByText('Sign in again.')).toBeVisible()
})

test('a tenant asks for more; who has less chooses anew, and sees what is met while typing', async ({
  as,
  visitor,
}) => {
  const root = await as('system_administrator')
  const name = `Strict ${someone()}`.replace('@', ' at ')
  await root.goto('/tenants')
  await field(root, 'Name').fill(name)
  await pressAndWait(root, 'Add tenant')
  const person = someone()
  await root.goto('/users/new')
  await field(root, 'Email').fill(person)
  await field(root, 'Role').selectOption('Tenant administrator')
  await field(root, 'Tenant').selectOption({ label: name })
  await field(root, 'Show activation link').check()
  await pressAndWait(root, 'Add user')
  const page = await visitor()
  await page.goto(await field(root, 'Activation link').inputValue())
  await choosePassword(page, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(page).not.toHaveURL(/\/activate/)

  await root.goto('/tenants')
  await root.getByRole('link', { name }).click()
  await field(root, 'Minimum password length').fill('7')
  await pressAndWait(root, 'Save password rules')
  await expect(root.getByText('Enter a whole number of characters from 8 to 128.')).toBeVisible()
  await field(root, 'Minimum password length').fill('20')
  await field(root, 'Kinds of signs').selectOption('At least 3 of four')
  await pressAndWait(root, 'Save password rules')
  await expect(root.getByRole('status').filter({ hasText: 'The password rules were saved.' })).toBeVisible()

  // The tenant's own administrator has the same form.
  await page.getByRole('navigation').getByRole('link', { name: 'Password rules' }).click()
  await expect(field(page, 'Minimum password length')).toHaveValue('20')
  await field(page, 'Password expires after (days)').fill('0')
  await pressAndWait(page, 'Save password rules')
  await expect(page.getByText('in the installation none expires')).toBeVisible()
  await field(page, 'Password expires after (days)').fill('')
  await page.getByLabel('Ask everybody whose password was chosen under weaker rules').check()
  await pressAndWait(page, 'Save password rules')
  await expect(page.getByRole('status').filter({ hasText: 'were saved' })).toBeVisible()
  await expectNoViolations(page)
  await page.goto('/profile')
  await field(page, 'New password').fill('Twenty signs and more')
  await expect(page.getByRole('listitem').filter({ hasText: 'At least 20 characters.' })).toHaveAttribute(
    'data-met',
    '',
  )
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await expect(page).toHaveURL(/\/login/)

  await givePassword(page, person, 'three quiet words')
  await expect(page).toHaveURL(/\/login\/new-password/)
  await expect(page.getByText('The rules for passwords are stricter now')).toBeVisible()
  const length = page.getByRole('listitem').filter({ hasText: 'At least 20 characters.' })
  const kinds = page.getByRole('listitem').filter({ hasText: 'At least 3 of these' })
  await field(page, 'New password').fill('many more quiet words')
  await expect(length).toHaveAttribute('data-met', '')
  await expect(kinds).not.toHaveAttribute('data-met')
  await expect(page.locator('[aria-live=polite]')).toContainText('Still missing: At least 3 of these')
  await field(page, 'New password').fill('Many')
  await expect(length).not.toHaveAttribute('data-met')
  await expect(kinds).not.toHaveAttribute('data-met')
  await expect(field(page, 'New password')).toHaveAccessibleDescription(/At least 20 characters\./)
  await expectNoViolations(page)
  await choosePassword(page, both, 'many more quiet words', 'Set password')
  await expect(page.getByText('Use at least 3 of these')).toBeVisible()
  await choosePassword(page, both, 'Many more quiet words', 'Set password')
  await expect(page).not.toHaveURL(/\/login/)
})

test('the settings hold the rules of the installation, and say what is wrong at the field', async ({
  as,
}) => {
  const page = await as('system_administrator')
  await page.goto('/settings')
  // What people will see, before anything is saved.
  await field(page, 'Try a password').fill('eleven sign')
  await field(page, 'Minimum password length').fill('12')
  const length = page.getByRole('listitem').filter({ hasText: 'At least 12 characters.' })
  await expect(length).toBeVisible()
  await expect(length).not.toHaveAttribute('data-met')
  await field(page, 'Kinds of signs').selectOption('At least 2 of four')
  await expect(page.getByRole('listitem').filter({ hasText: 'At least 2 of these' })).toHaveAttribute(
    'data-met',
    '',
  )
  await field(page, 'Try a password').fill('twelve signs')
  await expect(length).toHaveAttribute('data-met', '')
  await expectNoViolations(page)
  await field(page, 'Minimum password length').fill('8')
  await field(page, 'Kinds of signs').selectOption('Not required')
  await field(page, 'Passwords remembered').fill('11')
  await field(page, 'Password expires after (days)').fill('never')
  await pressAndWait(page, 'Save settings')
  await expect(page.getByText('Enter a whole number from 0 to 10.')).toBeVisible()
  await expect(page.getByText('Enter a whole number of days from 0 to 3650.')).toBeVisible()
  await expect(field(page, 'Passwords remembered')).toHaveValue('11')
  await field(page, 'Passwords remembered').fill('2')
  await field(page, 'Password expires after (days)').fill('0')
  await pressAndWait(page, 'Save settings')
  await expect(page.getByRole('status').filter({ hasText: 'were saved' })).toBeVisible()
  await page.goto('/profile')
  await expect(page.getByText('None of your last 2 passwords.')).toBeVisible()
  await page.goto('/settings')
  await field(page, 'Passwords remembered').fill('0')
  await pressAndWait(page, 'Save settings')
  await expect(page.getByRole('status').filter({ hasText: 'were saved' })).toBeVisible()
})
