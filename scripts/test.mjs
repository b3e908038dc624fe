// `npm test`: unit, integration (PGlite and a real PostgreSQL) and browser tests, then one line with the sum.
// `npm test -- unit pglite` runs some of them: unit, pglite, postgres, browser; `story` is one of the browser's.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { buildIfStale, prepare, root } from './prepare.mjs'

process.chdir(root)
await prepare({ developing: true })
const { ensureChromium } = await import('./chromium.mjs')

const results = 'test-results'
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const all = ['unit', 'pglite', 'postgres', 'browser']
const known = [...all, 'story']
const asked = process.argv.slice(2)
const unknown = asked.find(name => !known.includes(name))
if (unknown) {
  console.error(`There are no tests named "${unknown}": choose among ${known.join(', ')}.`)
  process.exit(1)
}

const sum = { passed: 0, failed: 0, skipped: 0 }
for (const name of asked.length > 0 ? known.filter(one => asked.includes(one)) : all) {
  console.log(`\n── ${name} tests`)
  const counted =
    name === 'browser' ? browserTests() : name === 'story' ? browserTests('e2e/story.spec.ts') : vitest(name)
  for (const outcome of Object.keys(sum)) sum[outcome] += counted[outcome]
}
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''
console.log(`\n${sum.passed} passed, ${sum.failed} failed${skipped}`)
process.exit(sum.failed > 0 || sum.passed === 0 ? 1 : 0)

function vitest(project) {
  const file = `${results}/${project}.json`
  const status = run('node_modules/vitest/vitest.mjs', [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  const report = read(file)
  if (!report) return crashed(status)
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped } = report
  // A file that cannot even be loaded has no tests, yet it has failed; so has a run that ends badly.
  const failed = Math.max(numFailedTests, report.numFailedTestSuites > 0 || status !== 0 ? 1 : 0)
  return { passed, failed, skipped }
}

function browserTests(...files) {
  process.env.NODE_ENV = 'production'
  buildIfStale()
  if (!ensureChromium()) {
    console.error(
      'There is no Chromium: install one (Debian: apt-get install chromium), then run npm test again.',
    )
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const status = run('node_modules/@playwright/test/cli.js', ['test', ...files])
  const stats = read(`${results}/browser.json`)?.stats
  if (!stats) return crashed(status)
  // A flaky test is a bug: passing at the second try is failing.
  const failed = Math.max(stats.unexpected + stats.flaky, status !== 0 ? 1 : 0)
  return { passed: stats.expected, failed, skipped: stats.skipped }
}

function run(file, args) {
  return spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    .status
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

/** No report at all: the run itself broke. */
function crashed(status) {
  return { passed: 0, failed: status === 0 ? 0 : 1, skipped: 0 }
}
