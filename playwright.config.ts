import { defineConfig } from '@playwright/test'
import type { Installation } from './e2e/fixtures/test'
import { chromiumPath } from './scripts/chromium.mjs'
import { keptVersions, projectAfter } from './server/testing/releases'

export default defineConfig<object, Installation>({
  testDir: 'e2e',
  globalSetup: './e2e/fixtures/new-database.ts',
  projects: [
    { name: 'new', testIgnore: '**/upgrade.spec.ts' },
    // The same story is told once more on what each version has left.
    ...keptVersions().map(restored => ({
      name: projectAfter(restored),
      testMatch: ['**/upgrade.spec.ts', '**/story.spec.ts'],
      use: { restored },
    })),
  ],
  // It is emptied at the start, when others may have written beside it.
  outputDir: 'test-results/browser',
  // Each worker has an application, a database and an SMTP server of its own: two fit on two cores.
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // For a machine that is busy with the other tests: alone, none takes a quarter of it.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/browser.json' }]],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    // What runs behind a proxy already is shown with a certificate that was made for the test.
    ignoreHTTPSErrors: Boolean(process.env.LATCHKEY_UNDER_TEST),
    // Nobody looks at what moves, and drawing it takes the processor from the tests.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace of everything costs a fifth of the time; `npx playwright test --trace on NAME` makes one when it is wanted.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromiumPath() ?? undefined,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        // The browser itself stays silent too.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
