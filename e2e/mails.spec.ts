// What people get to see: every kind of mail in every language, on paper and in the dark, on a screen and on a phone.
// The pictures stay in test-results/mails, with a page that shows them all.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { expectNoViolations } from './fixtures/axe'

const folder = 'test-results/mails'
const widths = { screen: 720, phone: 390 }
const schemes = ['light', 'dark'] as const

test('all mails, in all languages, light and dark, are readable on a screen and on a phone', async ({
  page,
}) => {
  rmSync(folder, { recursive: true, force: true })
  execFileSync(process.execPath, ['--import', 'tsx', 'emails/testing/write-mails.ts', folder])
  const mails = readdirSync(folder).filter(name => name.endsWith('.html'))
  expect(mails.length).toBeGreaterThanOrEqual(16)
  const pictures: string[] = []
  for (const mail of mails) {
    await page.setContent(readFileSync(path.join(folder, mail), 'utf8'))
    for (const [place, width] of Object.entries(widths))
      for (const colorScheme of schemes) {
        await page.setViewportSize({ width, height: 600 })
        await page.emulateMedia({ colorScheme })
        const shown = await page.evaluate(() => ({
          wide: document.documentElement.scrollWidth,
          card: document.querySelector('.surface')?.getBoundingClientRect().width,
        }))
        expect(shown.wide, `${mail} is no wider than ${width}`).toBeLessThanOrEqual(width)
        expect(shown.card).toBe(Math.min(544, width - 24))
        const picture = mail.replace('html', `${place}.${colorScheme}.png`)
        await page.screenshot({ path: path.join(folder, picture), fullPage: true })
        pictures.push(picture)
      }
    // Another language has no other colours.
    if (mail.endsWith('.en.html')) await expectNoViolations(page, mail, false)
  }
  const shown = pictures.map(name => `<figure><figcaption>${name}</figcaption><img src="${name}"></figure>`)
  writeFileSync(
    path.join(folder, 'index.html'),
    `<title>Mails</title><style>body { display: flex; flex-wrap: wrap; gap: 1rem; font: 13px sans-serif }</style>${shown.join('')}`,
  )
})
