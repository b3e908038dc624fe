// A Chromium for the browser tests: Playwright's own, one that is installed, or the system's package.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

const installed = [
  // Without windows, which take the whole browser half a second of processor time for each new person.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
]

/** Where a Chromium is, or null. Playwright's own comes first. */
export function chromiumPath() {
  const own = createRequire(import.meta.url)('playwright-core').chromium.executablePath()
  return [own, ...installed].find(file => existsSync(file)) ?? null
}

/** Makes sure that there is one. @returns whether there is */
export function ensureChromium() {
  if (chromiumPath()) return true
  console.log('Installing Chromium …')
  const attempts = [
    [process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium-headless-shell']],
    ...(process.getuid?.() === 0
      ? [
          ['apt-get', ['update']],
          ['apt-get', ['install', '-y', '--no-install-recommends', 'chromium-headless-shell']],
          ['apt-get', ['install', '-y', '--no-install-recommends', 'chromium']],
        ]
      : []),
  ]
  for (const [command, args] of attempts) {
    spawnSync(command, args, {
      encoding: 'utf8',
      timeout: 300_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (chromiumPath()) return true
  }
  return false
}
