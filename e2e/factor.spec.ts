// The second factor, as a person meets it.
import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { openEmbedded } from '@/lib/embedded'
import { startApp, withNewDatabase } from './fixtures/app'
import {
  addUser,
  choosePassword,
  expect,
  givePassword,
  openUser,
  signIn,
  someone,
  test,
} from './fixtures/test'

const password = 'three quiet words'

/** Lets an administrator make an account, and its owner open it. */
async function open(admin: Page, page: Page, person: string) {
  await addUser(admin, person, 'Show activation link')
  await page.goto(await admin.getByLabel('Activation link', { exact: true }).inputValue())
  await choosePassword(page, ['Password', 'Confirm password'], password, 'Activate account')
  await expect(page).toHaveURL(/\/profile/)
}

/** The right password, after which the factor is asked for. */
async function giveRightPassword(page: Page, person: string) {
  await givePassword(page, person, password)
  await expect(page).toHaveURL(/\/login\/factor/)
}

async function giveCode(page: Page, code: string) {
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('an authenticator app is set up, and signs in without JavaScript; so does a recovery code, once', async ({
  as,
  visitor,
}) => {
  const page = await visitor()
  const person = someone()
  await open(await as('tenant_administrator'), page, person)
  await page.goto('/profile/security')
  await page.getByRole('button', { name: 'Add authenticator app' }).click()
  const key = (await page.locator('[data-secret]').textContent()) ?? ''
  const totp = new TOTP({ secret: Secret.fromBase32(key) })
  const code = (steps = 0) => totp.generate({ timestamp: Date.now() + steps * 30_000 })
  await page.getByLabel('Code', { exact: true }).fill('000000x')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('That is not the code.')).toBeVisible()
  await page.getByLabel('Code', { exact: true }).fill(code())
  await page.getByRole('button', { name: 'Confirm' }).click()
  const codes = page.locator('[data-recovery-codes] li')
  await expect(codes).toHaveCount(10)
  const recovery = (await codes.first().textContent()) ?? ''
  await expect(page.getByRole('button', { name: 'Remove Authenticator app' })).toBeVisible()

  const plain = await visitor({ javaScriptEnabled: false })
  await giveRightPassword(plain, person)
  expect((await plain.request.get('/api/trouble', { maxRedirects: 0 })).status()).not.toBe(200)
  // Nor does the way that programs take open anything.
  const { csrfToken } = await (await plain.request.get('/api/auth/csrf')).json()
  const form = { csrfToken, email: person, password, json: 'true' }
  expect((await plain.request.post('/api/auth/callback/credentials', { form })).status()).toBe(401)
  expect((await plain.request.get('/api/trouble', { maxRedirects: 0 })).status()).not.toBe(200)
  await giveCode(plain, '000000x')
  await expect(plain.getByText('That is not the code.')).toBeVisible()
  // Of the next step: the one before was taken.
  await giveCode(plain, code(1))
  await expect(plain).not.toHaveURL(/\/login/)
  await plain.goto('/profile/security')
  await expect(plain.getByText('Authenticator app', { exact: true })).toBeVisible()
  await plain.getByRole('button', { name: 'Sign out' }).click()
  await giveRightPassword(plain, person)
  await giveCode(plain, recovery)
  await expect(plain).not.toHaveURL(/\/login/)
  await plain.getByRole('button', { name: 'Sign out' }).click()
  await giveRightPassword(plain, person)
  await giveCode(plain, recovery)
  await expect(plain.getByText('That is not the code.')).toBeVisible()
})

/** A device with room for passkeys, whose owner touches it when asked. @returns what makes them touch it, or not */
async function withDevice(page: Page): Promise<(touches: boolean) => Promise<void>> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return async enabled => {
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
  }
}

test('a passkey is added and signs in; an administrator removes it', async ({ as, visitor }) => {
  const admin = await as('tenant_administrator')
  const page = await visitor()
  const person = someone()
  await open(admin, page, person)
  const touch = await withDevice(page)
  await page.goto('/profile/security')
  await page.getByRole('button', { name: 'Add passkey' }).click()
  await expect(page.locator('[data-recovery-codes] li')).toHaveCount(10)
  // Or the sign-in page would be offered it at once.
  await touch(false)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login/)
  await giveRightPassword(page, person)
  await touch(true)
  await page.getByRole('button', { name: 'Use passkey' }).click()
  await expect(page).not.toHaveURL(/\/login/)

  await openUser(admin, person)
  await admin.getByRole('button', { name: 'Remove second factor' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Remove second factor' }).click()
  await expect(admin.getByText('The second factor was removed.')).toBeVisible()
  await page.goto('/profile')
  await expect(page).toHaveURL(/\/login/)
  await touch(false)
  await signIn(page, person, password)
})

test('a passkey signs in without address and password: by the button, and where the address is typed', async ({
  as,
  visitor,
}) => {
  const page = await visitor()
  await open(await as('tenant_administrator'), page, someone())
  const touch = await withDevice(page)
  await page.goto('/profile/security')
  await page.getByRole('button', { name: 'Add passkey' }).click()
  await expect(page.locator('[data-recovery-codes] li')).toHaveCount(10)
  const signOut = async () => {
    await touch(false)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(/\/login/)
  }
  await signOut()
  await expect(page.getByLabel('Email', { exact: true })).toHaveAttribute('autocomplete', 'username webauthn')
  // A browser whose owner leaves alone what is offered in the field.
  await page.evaluate(() => localStorage.setItem('leaves-alone', 'yes'))
  await page.addInitScript(() => {
    const get = navigator.credentials.get.bind(navigator.credentials)
    navigator.credentials.get = options =>
      options?.mediation === 'conditional' && localStorage.getItem('leaves-alone')
        ? new Promise(() => {})
        : get(options)
  })
  await touch(true)
  await page.goto('/login?next=%2Fprofile%2Fsecurity')
  await page.getByRole('button', { name: 'Use passkey' }).click()
  await expect(page).toHaveURL(/\/profile\/security$/)
  await expect(page.getByRole('button', { name: /^Remove Passkey/ })).toBeVisible()

  await page.evaluate(() => localStorage.clear())
  await signOut()
  // Its owner chooses it in the field: nothing of ours is pressed. A virtual device shows what is asked of it after
  // this, so the page asks anew, unless it was quicker: then it leads away already.
  await touch(true)
  await page.reload().catch(() => {})
  await expect(page).not.toHaveURL(/\/login/)
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
})

test('without passkeys in the browser the sign-in page fetches no script', async ({ visitor }) => {
  const page = await visitor()
  await page.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'))
  const scripts: string[] = []
  page.on('request', request => {
    if (request.resourceType() === 'script') scripts.push(request.url())
  })
  await page.goto('/login', { waitUntil: 'networkidle' })
  await expect(page.getByRole('button', { name: 'Use passkey' })).toBeHidden()
  expect(scripts).toEqual([])
})

/** A second factor is required for long, and everybody is there for longer than they have for it. */
const long = [
  `INSERT INTO "Installation"
     (name, "supportAddress", locale, "minimumLength", "activationHours", "secondFactor", "secondFactorSince")
   VALUES ('Latchkey', '', 'en', 8, 72, 'administrators', now() - interval '8 days')`,
  `CREATE FUNCTION long_ago() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN NEW."createdAt" := now() - interval '8 days'; RETURN NEW; END $$`,
  'CREATE TRIGGER long_ago BEFORE INSERT ON "User" FOR EACH ROW EXECUTE FUNCTION long_ago()',
]

test('whoever must have a factor and has none after the grace reaches nothing else', async ({ browser }) => {
  const app = await startApp({}, async dataDir => {
    await withNewDatabase(dataDir)
    const { prisma, close } = await openEmbedded(dataDir)
    for (const statement of long) await prisma.$executeRawUnsafe(statement)
    await close()
  })
  const context = await browser.newContext({ baseURL: app.url })
  try {
    const page = await context.newPage()
    await signIn(page, 'tenant@latchkey.test', 'tenant')
    await expect(page).toHaveURL(/\/profile\/security/)
    for (const path of ['/users', '/profile', '/api/trouble', '/audit']) {
      const answer = await page.request.get(path, { maxRedirects: 0 })
      expect([path, answer.status(), answer.headers().location]).toEqual([path, 307, '/profile/security'])
    }
    await page.getByRole('button', { name: 'Add authenticator app' }).click()
    const key = (await page.locator('[data-secret]').textContent()) ?? ''
    await page
      .getByLabel('Code', { exact: true })
      .fill(new TOTP({ secret: Secret.fromBase32(key) }).generate())
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.locator('[data-recovery-codes] li')).toHaveCount(10)
    await page.goto('/users')
    await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible()
  } finally {
    await context.close()
    await app.stop()
  }
})
