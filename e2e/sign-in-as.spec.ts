// Administrators as their users, and what people are told of sign-ins.
import { openEmbedded } from '@/lib/embedded'
import { startApp, withNewDatabase } from './fixtures/app'
import { expectNoViolations } from './fixtures/axe'
import {
  addUser,
  choosePassword,
  expect,
  openUser,
  pressAndWait,
  signIn,
  someone,
  test,
} from './fixtures/test'

const label = 'Allow administrators to sign in as their users'

test('an administrator signs in as a user where that is allowed, is told so on every page, and goes back', async ({
  as,
  visitor,
}) => {
  const root = await as('system_administrator')
  const person = someone()
  await addUser(root, person, 'Show activation link')
  const own = await visitor()
  await own.goto(await root.getByLabel('Activation link', { exact: true }).inputValue())
  await choosePassword(own, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
  await expect(own).toHaveURL(/\/profile/)
  await openUser(root, person)
  await expect(root.getByRole('link', { name: 'Sign in as' })).toHaveCount(0)
  const address = root.url()

  await root.goto('/settings')
  await expect(root.getByLabel(label, { exact: true })).toHaveValue('off')
  await root.getByLabel('Sessions end after (days)', { exact: true }).fill('31')
  await pressAndWait(root, 'Save settings')
  await expect(root.getByText('Enter a whole number of days from 1 to 30.')).toBeVisible()
  await root.getByLabel('Sessions end after (days)', { exact: true }).fill('7')
  await root.getByLabel(label, { exact: true }).selectOption('On')
  await pressAndWait(root, 'Save settings')
  await expect(root.getByRole('status').filter({ hasText: 'were saved' })).toBeVisible()
  await expectNoViolations(root)

  // The demo account was signed in for other tests, perhaps long ago.
  const admin = await visitor({ javaScriptEnabled: false })
  await signIn(admin, 'sysadmin@latchkey.test', 'sysadmin')
  await admin.goto(address)
  await admin.getByRole('link', { name: 'Sign in as' }).click()
  await expect(admin.getByText(`you have signed in as ${person}`)).toBeVisible()
  await admin.getByRole('button', { name: /^Sign in as/ }).click()
  const banner = admin.locator('[data-acting]')
  await expect(banner).toContainText(`You are signed in as ${person}.`)
  await admin.goto('/profile')
  await expect(banner).toContainText('sysadmin@latchkey.test')
  await admin.getByLabel('Old password', { exact: true }).fill('three quiet words')
  await admin.getByLabel('New password', { exact: true }).fill('another three words')
  await admin.getByLabel('Confirm new password', { exact: true }).fill('another three words')
  await admin.getByRole('button', { name: 'Change password' }).click()
  await expect(admin.getByText('go back to it first')).toBeVisible()
  await own.goto('/profile')
  await expect(own.getByText('sysadmin@latchkey.test, as you')).toBeVisible()
  await admin.getByRole('button', { name: 'Back to my own account' }).click()
  await expect(admin).toHaveURL(address)
  await expect(banner).toHaveCount(0)

  await root.goto(`/audit?q=${encodeURIComponent(person)}`)
  await expect(root.getByText('Signed in as somebody else')).toBeVisible()
  await expect(root.getByText(`sysadmin@latchkey.test as ${person}`).first()).toBeVisible()
  await root.goto('/settings')
  await root.getByLabel(label, { exact: true }).selectOption('Off')
  await pressAndWait(root, 'Save settings')
})

/** The customer user of the demo is a real one, and has signed in before. */
const hoursAgo = [
  `CREATE FUNCTION hours_ago() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN NEW.demo := false; NEW."lastSignInAt" := now() - interval '2 hours'; RETURN NEW; END $$`,
  `CREATE TRIGGER hours_ago BEFORE INSERT ON "User" FOR EACH ROW WHEN (NEW.role = 'customer_user')
     EXECUTE FUNCTION hours_ago()`,
]

test('a sign-in from a new device is told, and the link of the mail ends it, without JavaScript', async ({
  browser,
}) => {
  const app = await startApp({}, async dataDir => {
    await withNewDatabase(dataDir)
    const { prisma, close } = await openEmbedded(dataDir)
    for (const statement of hoursAgo) await prisma.$executeRawUnsafe(statement)
    await close()
  })
  const contexts = await Promise.all(
    [true, true, false].map(javaScriptEnabled => browser.newContext({ baseURL: app.url, javaScriptEnabled })),
  )
  try {
    const [root, stranger, owner] = await Promise.all(contexts.map(context => context.newPage()))
    if (!root || !stranger || !owner) throw new Error('unreachable')
    await signIn(stranger, 'customer@latchkey.test', 'customer')
    await signIn(root, 'sysadmin@latchkey.test', 'sysadmin')
    const mail = root.getByRole('link', { name: /New sign-in to your account/ })
    await expect(async () => {
      await root.goto('/inbox')
      await expect(mail.first()).toBeVisible({ timeout: 1_000 })
    }).toPass({ timeout: 60_000 })
    await mail.first().click()
    const link = root.frameLocator('iframe').getByRole('link', { name: 'This was not me' })
    await owner.goto((await link.getAttribute('href')) ?? '')
    await expect(owner.getByRole('heading', { name: 'This was not me' })).toBeVisible()
    await stranger.goto('/profile')
    await expect(stranger).toHaveURL(/\/profile/)
    const button = 'End all sessions and reset my password'
    await choosePassword(owner, ['New password', 'Confirm new password'], 'three quiet words', button)
    await expect(owner).toHaveURL(/\/login\?notice=password-set/)
    await stranger.goto('/profile')
    await expect(stranger).toHaveURL(/\/login/)
    await signIn(owner, 'customer@latchkey.test', 'three quiet words')
  } finally {
    for (const context of contexts) await context.close()
    await app.stop()
  }
})
