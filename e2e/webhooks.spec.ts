// A program that hears what happens: added, tested, told, and its log.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { expectNoViolations } from './fixtures/axe'
import { addUser, expect, pressAndWait, someone, test } from './fixtures/test'

test('an administrator adds a webhook, and it hears that a user was invited', async ({ as }) => {
  const heard: { headers: Record<string, string>; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      heard.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(200, { 'content-type': 'text/plain' }).end('thank you')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const page = await as('tenant_administrator')
  await page.goto('/settings/webhooks')
  await page.getByLabel('Name').fill('Shop')
  await page.getByLabel('URL').fill('ftp://example.org')
  await pressAndWait(page, 'Add webhook')
  await expect(page.getByText('The address must begin with https://.')).toBeVisible()
  await page.getByLabel('URL').fill(url)
  for (const event of ['mail.failed', 'mail.uncertain'])
    await page.getByLabel(event, { exact: true }).uncheck()
  await pressAndWait(page, 'Add webhook')
  await expect(page.getByText('Choose at least one event.')).toBeVisible()
  await page.getByLabel('user.invited', { exact: true }).check()
  await expectNoViolations(page, 'a new webhook')
  await pressAndWait(page, 'Add webhook')
  const secret = (await page.locator('[data-secret]').textContent()) ?? ''
  expect(secret).toMatch(/^whsec_/)
  await page.getByRole('link', { name: 'Go to the webhook' }).click()
  await pressAndWait(page, 'Send test')
  const log = page.getByRole('region', { name: 'Messages' })
  await expect(log.getByText('A test')).toBeVisible()
  await expect(log.getByText('Heard', { exact: true })).toBeVisible()
  const address = page.url()

  await addUser(page, someone())
  await expect.poll(() => heard.length).toBe(2)
  const [, invited] = heard
  expect(new Webhook(secret).verify(invited?.body ?? '', invited?.headers ?? {})).toMatchObject({
    type: 'user.invited',
  })

  await page.goto(address)
  await expect(page.locator('body')).not.toContainText(secret)
  await log.getByText('A user was invited').click()
  await expect(log.getByText('thank you').first()).toBeVisible()
  await expectNoViolations(page, 'a webhook')
  await pressAndWait(page, 'Send again')
  await expect.poll(() => heard.length).toBe(3)
  expect(heard[2]?.headers['webhook-id']).toBe(invited?.headers['webhook-id'])

  await pressAndWait(page, 'Pause')
  await expect(page.getByText('Paused by an administrator')).toBeVisible()
  await page.getByRole('button', { name: 'Delete webhook' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete webhook' }).click()
  await expect(page.getByText('The webhook was deleted.')).toBeVisible()
  server.close()
})
