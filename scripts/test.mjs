// `npm test`: unit, integration (PGlite and a real PostgreSQL) and browser tests, then one line with the sum.
// `npm test -- unit pglite` runs some of them: unit, pglite, postgres, browser; `story` is one of the browser's.
// Tests wait most of the time. So the build and the browser work beside the others, and speak after them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { compileMailsIfStale, prepare, root } from './prepare.mjs'

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

const names = asked.length > 0 ? known.filter(one => asked.includes(one)) : all
// Now, so that nobody reads them while they are written.
compileMailsIfStale()
const aside = speaker()
const inBrowser = browserTests(names.filter(name => !isVitest(name)))

/** What failed, by name: whoever sees but the end of a long output knows where to look. */
const failures = []
const sum = { passed: 0, failed: 0, skipped: 0 }
for (const name of names) {
  console.log(`\n── ${name} tests`)
  if (!isVitest(name)) aside.speak(name)
  const counted = isVitest(name) ? await vitest(name) : (await inBrowser)[name]
  for (const outcome of Object.keys(sum)) sum[outcome] += counted[outcome]
}
if (failures.length > 0) console.log(`\nFailed, see above:\n${failures.map(name => `  ${name}`).join('\n')}`)
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''
console.log(`\n${sum.passed} passed, ${sum.failed} failed${skipped}`)
process.exit(sum.failed > 0 || sum.passed === 0 ? 1 : 0)

function isVitest(name) {
  return ['unit', 'pglite', 'postgres'].includes(name)
}

async function vitest(project) {
  const file = `${results}/${project}.json`
  const status = await run([
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  const report = read(file)
  if (!report) return crashed(status)
  for (const { name, status, assertionResults } of report.testResults) {
    const failed = assertionResults.filter(test => test.status === 'failed')
    for (const { fullName } of failed) failures.push(`${project} ${path.relative(root, name)}: ${fullName}`)
    if (status === 'failed' && failed.length === 0) failures.push(`${project} ${path.relative(root, name)}`)
  }
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped } = report
  // A file that cannot even be loaded has no tests, yet it has failed; so has a run that ends badly.
  const failed = Math.max(numFailedTests, report.numFailedTestSuites > 0 || status !== 0 ? 1 : 0)
  return { passed, failed, skipped }
}

/** All that need a build and a Chromium, one after the other. @returns what each counted */
async function browserTests(names) {
  const counted = {}
  for (const name of names) {
    const say = aside.as(name)
    const build = "import('./scripts/prepare.mjs').then(({ buildIfStale }) => buildIfStale())"
    const status = await run(['-e', build], { env: { ...process.env, NODE_ENV: 'production' }, say })
    if (status !== 0) counted[name] = crashed(status)
    else if (ensureChromium())
      counted[name] = await playwright(name === 'story' ? ['e2e/story.spec.ts', '--project=new'] : [], say)
    else {
      say('There is no Chromium: install one (Debian: apt-get install chromium), then run npm test again.\n')
      counted[name] = { passed: 0, failed: 1, skipped: 0 }
    }
  }
  return counted
}

async function playwright(files, say) {
  const status = await run(['node_modules/@playwright/test/cli.js', 'test', ...files], {
    env: { ...process.env, NODE_ENV: 'production' },
    say,
  })
  const report = read(`${results}/browser.json`)
  if (!report) return crashed(status)
  const { stats, suites } = report
  for (const suite of suites) failures.push(...failedIn(suite))
  // A flaky test is a bug: passing at the second try is failing.
  const failed = Math.max(stats.unexpected + stats.flaky, status !== 0 ? 1 : 0)
  return { passed: stats.expected, failed, skipped: stats.skipped }
}

/** The names of what failed in a suite of Playwright's. */
function failedIn({ specs = [], suites = [] }) {
  const failed = specs.filter(({ ok }) => !ok).map(spec => `browser ${spec.file}: ${spec.title}`)
  return [...failed, ...suites.flatMap(failedIn)]
}

/** Runs a program of Node's. @param say takes what it writes, if not the terminal @returns its exit code */
async function run(args, { say, ...options } = {}) {
  const output = say ? 'pipe' : 'inherit'
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', output, output], ...options })
  if (say) for (const stream of [child.stdout, child.stderr]) stream.on('data', say)
  const [status] = await once(child, 'close')
  return status
}

/** Keeps what each of several says until it is its turn to speak. */
function speaker() {
  const kept = {}
  let speaking
  return {
    as: name => chunk => {
      if (name === speaking) process.stdout.write(chunk)
      else kept[name] = [...(kept[name] ?? []), chunk]
    },
    speak(name) {
      speaking = name
      for (const chunk of kept[name] ?? []) process.stdout.write(chunk)
    },
  }
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

/** No report at all: the run itself broke. */
function crashed(status) {
  return { passed: 0, failed: status === 0 ? 0 : 1, skipped: 0 }
}
