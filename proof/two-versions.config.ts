// `npm run proof -- upgrade` runs the one test beside it.
import { defineConfig } from '@playwright/test'
import browser from '../playwright.config'

export default defineConfig({
  ...browser,
  testDir: '.',
  testMatch: 'two-versions.spec.ts',
  globalSetup: undefined,
  projects: undefined,
  outputDir: '../test-results/two-versions',
  reporter: 'list',
  timeout: 900_000,
})
