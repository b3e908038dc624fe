import {
  accountOf,
  addUser,
  choosePassword,
  connect,
  expect,
  report,
  saveMailServer,
  signIn,
  someone,
  test,
} from './fixtures/test'

test('the whole story: own address, mail server, test mail, invitation, activation, reset', async ({
  as,
  visitor,
  mailbox,
  app,
  people,
}) => {
  const admin = await as('system_administrator')
  const { email, password } = accountOf(people, 'system_administrator')
  const { sink } = mailbox

  await test.step('connects a mail server: test mail first, then save', async () => {
    await admin.goto('/settings/mail')
    // Signing in was answered through a request of the server's own, which is no proxy.
    await expect(admin.getByText('A proxy is not trusted yet')).toHaveCount(0)
    await admin.goto('/settings/mail/new')
    await admin.getByRole('link', { name: 'Other server' }).click()
    await admin.getByLabel('Name', { exact: true }).fill('Relay')
    await admin.getByLabel('Mail from', { exact: true }).fill('Example <noreply@example.org>')
    await admin.getByLabel('SMTP host', { exact: true }).fill(sink.host)
    await admin.getByLabel('SMTP port', { exact: true }).fill(String(sink.port))
    await admin.getByLabel('Encryption', { exact: true }).selectOption('None')
    await admin.getByLabel('Authentication', { exact: true }).selectOption('None')
    await admin.getByLabel('Test recipient', { exact: true }).fill('check@example.org')
    await admin.getByRole('button', { name: 'Send test mail' }).click()
    await expect(report(admin, 'sent').locator('[data-stage=data]')).toHaveAttribute('data-result', 'ok')
    const mail = await mailbox.read('check@example.org')
    expect(mail.from?.text).toContain('noreply@example.org')
    await report(admin, 'sent').getByRole('button', { name: 'Save and use for all mail' }).click()
    await expect(admin.getByRole('status').filter({ hasText: 'All mail goes through “Relay”' })).toBeVisible()
  })

  const own = someone('boss')
  await test.step('changes their own address', async () => {
    await admin.goto('/profile')
    await admin.getByLabel('New email', { exact: true }).fill(own)
    await admin.getByLabel('Current password', { exact: true }).fill(password)
    await admin.getByRole('button', { name: 'Change email' }).click()
    await expect(admin.getByRole('status').filter({ hasText: own })).toBeVisible()
    const { link } = await mailbox.read(own, /Confirm/)

    const stranger = await visitor()
    await stranger.goto(link)
    await expect(stranger.getByRole('button', { name: 'Confirm new email' })).toHaveCount(0)
    await signIn(stranger, email, password)

    await admin.goto(link)
    await admin.getByRole('button', { name: 'Confirm new email' }).click()
    await expect(admin.getByText(own).first()).toBeVisible()
    await mailbox.read(email, /was changed/)
    await signIn(await visitor(), own.toUpperCase(), password)
  })

  const person = someone()
  await test.step('invites a user, who activates the account and is signed in', async () => {
    await addUser(admin, person, undefined, people)
    await expect(admin.getByRole('status').filter({ hasText: person })).toBeVisible()
    const mail = await mailbox.read(person)
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
    const phone = await visitor({ viewport: { width: 390, height: 800 } })
    await phone.goto(mail.link)
    await choosePassword(phone, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
    await expect(phone).toHaveURL(/\/profile/)
    await expect(phone.getByRole('main').getByText(person).first()).toBeVisible()
    await mailbox.read(person)
  })

  // Where a proof has said so, Latchkey or its database is restarted here: nobody who is in the middle of it should notice.
  await app.midway()

  await test.step('the user forgets the password, sets a new one and signs in', async () => {
    const page = await visitor()
    await page.goto('/login')
    await page.getByRole('link', { name: 'Forgot password?' }).click()
    await page.waitForURL(/forgot-password/)
    await page.getByLabel('Email', { exact: true }).fill(person)
    await page.getByRole('button', { name: 'Send reset link' }).click()
    await expect(page.getByRole('status')).toHaveText('If that address has an account, a link is on its way.')
    const { link } = await mailbox.read(person)
    await page.goto(link)
    await choosePassword(
      page,
      ['New password', 'Confirm new password'],
      'another three words',
      'Set password',
    )
    await expect(page.getByRole('status')).toBeVisible()
    await mailbox.read(person)
    await signIn(page, person, 'another three words')
  })

  // The account belongs to the other tests of this worker as well.
  await admin.goto('/profile')
  await admin.getByLabel('New email', { exact: true }).fill(email)
  await admin.getByLabel('Current password', { exact: true }).fill(password)
  await admin.getByRole('button', { name: 'Change email' }).click()
  await admin.goto((await mailbox.read(email, /Confirm/)).link)
  await admin.getByRole('button', { name: 'Confirm new email' }).click()
  await expect(admin.getByText(email).first()).toBeVisible()
  expect(app.output()).not.toContain('three quiet words')

  // What others have connected before is what mail goes through again.
  await admin.goto('/settings/mail')
  const relay = admin.getByRole('row').filter({ hasText: 'Relay' })
  await relay.getByRole('button', { name: 'Delete' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(relay).toBeHidden()
})

test('without an active mail server or a working one the user stays pending, and the link can be copied', async ({
  as,
  visitor,
  mailbox,
  people,
}) => {
  const admin = await as('system_administrator')
  await connect(admin, mailbox.sink)
  await admin.getByLabel('SMTP port', { exact: true }).fill('1')
  await saveMailServer(admin)
  const person = someone()
  await addUser(admin, person, undefined, people)
  await expect(admin.getByText(/not been sent|waits|could not/i).first()).toBeVisible()
  await admin.getByRole('button', { name: 'Copy activation link' }).click()
  const link = await admin.getByLabel('Activation link', { exact: true }).inputValue()
  const page = await visitor()
  await page.goto(link)
  await choosePassword(page, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(page).toHaveURL(/\/profile/)
  await connect(admin, mailbox.sink)
})

test('the activation link can be shown in place of a mail', async ({ as, visitor, people }) => {
  const admin = await as('tenant_administrator')
  const person = someone()
  await addUser(admin, person, 'Show activation link', people)
  const link = await admin.getByLabel('Activation link', { exact: true }).inputValue()
  const page = await visitor()
  await page.goto(link)
  await choosePassword(page, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(page).toHaveURL(/\/profile/)
})
