// What Lighthouse says of the pages on a phone, and how much JavaScript they bring.
import { launch } from 'chrome-launcher'
import lighthouse, { type Result } from 'lighthouse'
import { median } from '@/bench/figure'
import { signIn } from '@/bench/http'
import { fillPages } from '@/bench/pages'
import { newInstallation, startLatchkey } from '@/bench/stage'
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { chromiumPath, ensureChromium } from '@/scripts/chromium.mjs'

/** With what each must reach at least for speed; everything else must be perfect. */
const pages: Record<string, number> = {
  '/login': 95,
  '/forgot-password': 95,
  '/': 90,
  '/users': 90,
  '/settings/mail': 90,
  '/outbox': 90,
}
const open = ['/login', '/forgot-password']

/** Prints a line for each page. Medians of three, as one is never like the other. */
export async function proveLighthouse(): Promise<void> {
  if (!ensureChromium()) throw new Error('There is no Chromium, and none can be installed.')
  const installation = await newInstallation('postgres')
  const server = await startLatchkey(installation)
  await fillPages(installation.DATABASE_URL ?? '')
  const { email, password } = demoAccounts[0]
  const cookie = await signIn(server.url, email, password)
  const chrome = await launch({
    chromePath: chromiumPath() ?? undefined,
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  try {
    for (const [page, aim] of Object.entries(pages)) {
      const results: Result[] = []
      for (let round = 0; round < 3; round++) {
        const run = await lighthouse(server.url + page, {
          port: chrome.port,
          onlyCategories: ['performance', 'accessibility', 'best-practices'],
          // A page leaves cookies, and with those the browser forgets the one that it is given here.
          clearStorageTypes: ['cookies', 'cache_storage'],
          extraHeaders: open.includes(page) ? undefined : { Cookie: cookie },
          logLevel: 'error',
        })
        if (!run) throw new Error(`Lighthouse said nothing of ${page}.`)
        if (new URL(run.lhr.finalDisplayedUrl).pathname !== page)
          throw new Error(`${page} led to ${run.lhr.finalDisplayedUrl}.`)
        results.push(run.lhr)
      }
      const score = (category: string) =>
        median(results.map(({ categories }) => Math.round((categories[category]?.score ?? 0) * 100)))
      process.stdout.write(
        `${JSON.stringify({
          proof: 'lighthouse',
          page,
          performance: score('performance'),
          aim,
          accessibility: score('accessibility'),
          bestPractices: score('best-practices'),
          javaScriptKilobytes: median(results.map(scriptBytes)),
        })}\n`,
      )
    }
  } finally {
    chrome.kill()
    await server.stop()
  }
}

/** What came over the wire, in kilobytes; what stands in the page itself is not in it. */
function scriptBytes({ audits }: Result): number {
  const { items = [] } = (audits['network-requests']?.details ?? {}) as {
    items?: { resourceType?: string; transferSize?: number }[]
  }
  const scripts = items.filter(({ resourceType }) => resourceType === 'Script')
  return Math.round(scripts.reduce((sum, { transferSize = 0 }) => sum + transferSize, 0) / 1000)
}
