import { startApp } from './fixtures/app'
import { expect, test } from './fixtures/test'

test('without demo accounts the first start prints a link that makes the first administrator once', async ({
  visitor,
}) => {
  const app = await startApp({ DEMO: 'off', INBOX_SMTP_PORT: '0' })
  const link = /http:\S+\/setup\/\S+/.exec(app.output())?.[0] ?? ''
  const page = await visitor({ baseURL: app.url })
  await page.goto(link)
  await page.getByLabel('Email', { exact: true }).fill('boss@example.org')
  await page.getByLabel('Password', { exact: true }).fill('three quiet words')
  await page.getByLabel('Confirm password', { exact: true }).fill('three quiet words')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/settings\/mail/)
  await expect(page.getByText('No mail server is connected yet')).toBeVisible()
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link has been used' })).toBeVisible()
  await app.stop()
})
