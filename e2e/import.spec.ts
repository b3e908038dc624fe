import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expectNoViolations } from './fixtures/axe'
import { connect, expect, someone, test } from './fixtures/test'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const choose = (page: Page, name: string, content: string) =>
  page
    .getByLabel('File', { exact: true })
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content, 'latin1') })
const problems = (page: Page) => page.getByRole('table', { name: 'Problems' })

test('a file with umlauts is checked and imported; invitations arrive, the result is a file, and it is undone', async ({
  as,
  mailbox,
}) => {
  const page = await as('system_administrator')
  await connect(page, mailbox.sink)
  const [jorg, mia] = [someone('joerg'), someone('mia')]
  await page.goto('/users')
  await page.getByRole('link', { name: 'Import users' }).click()
  await choose(
    page,
    'Leute.csv',
    'Nachname;Vorname;E-Mail;Mandant;Kunde;Sprache;Telefon\r\n' +
      `Müller;Jörg;${jorg};Demo tenant;Demo customer;de;1\r\n` +
      'Ohne;Adresse;;Demo tenant;Demo customer;de;=1+1\r\n' +
      `Smith;Mia;${mia};Demo tenant;Demo customer;en;3\r\n` +
      'Falsch;Fritz;fritz@example.org;Nirgendwo;;de;4\r\n',
  )
  await press(page, 'Check file')
  await expect(page).toHaveURL(/\/users\/import\/[0-9a-f-]{36}/)
  await expect(page.getByText('Leute.csv: Windows-1252, separated by semicolons')).toBeVisible()
  await expect(page.getByText('Ignored column: Telefon.')).toBeVisible()
  await expect(problems(page).getByRole('row').nth(1)).toContainText('There is no email address.')
  await expect(problems(page).getByRole('row').nth(2)).toContainText('There is no tenant “Nirgendwo”.')
  await expect(page.getByRole('table', { name: 'As the first lines' })).toContainText('Jörg Müller')
  await expectNoViolations(page)

  await press(page, 'Import users')
  await expect(page.getByRole('progressbar')).toBeVisible()
  await expect(page.getByRole('status')).toHaveText('2 users were added; 2 lines were left.')
  await expectNoViolations(page)
  expect((await mailbox.read(jorg)).text).toContain('Jörg')
  await mailbox.read(mia)
  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download result' }).click()
  const lines = (await readFile(await (await waiting).path(), 'utf8')).split('\r\n')
  expect(lines[0]).toBe('\ufeffNachname,Vorname,E-Mail,Mandant,Kunde,Sprache,Telefon,line,result,problem')
  expect(lines[1]).toBe(`Müller,Jörg,${jorg},Demo tenant,Demo customer,de,1,2,added,`)
  expect(lines[2]).toContain("'=1+1,3,not added,There is no email address.")

  await press(page, 'Undo import')
  await page.getByRole('dialog').getByRole('button', { name: 'Undo import' }).click()
  await expect(page.getByRole('status')).toHaveText('2 users were deleted again.')
})

test('without JavaScript a file is checked, and what cannot be read is said at the form', async ({
  as,
  visitor,
}) => {
  const signedIn = await as('tenant_administrator')
  const page = await visitor({ javaScriptEnabled: false })
  await page.context().addCookies(await signedIn.context().cookies())
  await page.goto('/users/import')
  await press(page, 'Check file')
  await expect(page.getByRole('alert')).toHaveText('Choose a CSV file.')
  await choose(page, 'long.csv', `email\n${'x'.repeat(21 * 1024 * 1024)}`)
  await press(page, 'Check file')
  await expect(page.getByRole('alert')).toContainText('at most 20 MB')
  await choose(page, 'people.csv', `email,role\nanna@example.org,boss\n${'\n'.repeat(2 * 1024 * 1024)}`)
  await press(page, 'Check file')
  await expect(problems(page)).toContainText('There is no role “boss”.')
  await expect(page.getByText('No line of this file can be imported.')).toBeVisible()
})
