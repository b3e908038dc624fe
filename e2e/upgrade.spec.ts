// What an earlier version has left (server/testing/releases), as its people find it after the upgrade; its whole story is
// told on it by story.spec.ts. See the projects of playwright.config.ts.
import { Secret, TOTP } from 'otpauth'
import { storyOf } from '@/server/testing/releases'
import { accountOf, choosePassword, expect, givePassword, openUser, test } from './fixtures/test'

test('whoever had an account signs in as before, and finds what was there', async ({
  as,
  visitor,
  people,
  restored,
}) => {
  const { secrets, asTold } = storyOf(restored ?? '')
  const { email, password } = accountOf(people, 'system_administrator')

  await test.step('not with another password', async () => {
    const page = await visitor()
    await givePassword(page, email, 'not the password')
    await expect(page.getByRole('alert').first()).toBeVisible()
    await expect(page).toHaveURL(/\/login/)
  })

  await test.step('with the second factor', async () => {
    const page = await visitor()
    await givePassword(page, 'admin@acme.test', password)
    await page
      .getByLabel('Code', { exact: true })
      .fill(new TOTP({ secret: Secret.fromBase32(secrets.app) }).generate())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.goto('/profile/security')
    await expect(page.getByRole('button', { name: 'Remove Authenticator app' })).toBeVisible()
  })

  const admin = await as('system_administrator')
  await test.step('who was invited is still invited', async () => {
    await openUser(admin, 'pending@acme.test')
    await admin.getByRole('button', { name: 'Copy activation link' }).click()
    const page = await visitor()
    await page.goto(await admin.getByLabel('Activation link', { exact: true }).inputValue())
    await choosePassword(page, ['Password', 'Confirm password'], 'three quiet words', 'Activate account')
    await expect(page).toHaveURL(/\/profile/)
  })

  await test.step('a program is known, with the networks that it may come from', async () => {
    const ask = (key: string) =>
      admin.request.get('/api/v1/users', { headers: { authorization: `Bearer ${key}` } })
    expect((await (await ask(secrets.apiKey)).json()).code).toBe('key-elsewhere')
    expect((await (await ask('lk_nobody')).json()).code).toBe('key-unknown')
  })

  await test.step('what was set up is there', async () => {
    await admin.goto('/settings/webhooks')
    await expect(admin.getByRole('main')).toContainText(asTold['an awkward name'].replace(/\s+/g, ' '))
    await admin.goto('/audit')
    await expect(admin.locator('[data-action="installation.restored"]')).toHaveCount(1)
  })
})
