// Inside a network that leads nowhere: a release in its root, nginx with HTTPS before it, a browser, and restarts in the
// middle of the story. `release-part.ts ROOT VOLUME embedded|postgres WHAT [PROJECT]`, see `Run` in release.ts
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from '@/e2e/fixtures/app'
import { startPostgres } from '@/lib/testing/postgres'
import { startNginx } from '@/release/testing/nginx'
import {
  databaseOf,
  keptVersions,
  projectAfter,
  releaseKeys,
  releasePassphrase,
} from '@/server/testing/releases'

const [root = '', volume = '', kind = '', what = '', project = ''] = process.argv.slice(2)
/** The user of the image, see deploy/image.sh. */
const user = 10_001
/** The version whose stored database the installation begins with */
const restored = keptVersions().find(version => projectAfter(version) === project)

execFileSync('ip', ['link', 'set', 'lo', 'up'])
const scratch = mkdtempSync(path.join(tmpdir(), 'latchkey-proof-'))
const output = path.join(scratch, 'output')
const ports = {
  latchkey: await freePort(),
  inbox: await freePort(),
  https: await freePort(),
  http: await freePort(),
}
const postgres = kind === 'postgres' ? await startPostgres() : null
const settings: Record<string, string> = {
  PORT: String(ports.latchkey),
  HOST: '127.0.0.1',
  APP_URL: `https://localhost:${ports.https}`,
  TRUSTED_PROXIES: '127.0.0.1',
  DATA_DIR: '/var/lib/latchkey',
  INBOX_SMTP_PORT: String(ports.inbox),
  PRIVATE_ADDRESSES: 'on',
  DEMO: restored ? 'off' : 'on',
  ...(postgres && {
    DATABASE_URL: await postgres.create('release'),
    APP_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  }),
  ...(restored && { APP_KEYS: releaseKeys, LATCHKEY_PASSPHRASE: releasePassphrase }),
}
if (restored) cpSync(databaseOf(restored), path.join(volume, 'backup.age'))
execFileSync('chown', ['-R', `${user}:${user}`, volume])

/** As an engine for containers does it: the root read-only, a volume, a /tmp, processes of its own, nobody's rights. */
const container = `set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1/var/lib/latchkey"
mount -t tmpfs tmpfs "$1/tmp"
mount -t proc proc "$1/proc"
mount -o remount,bind,ro "$1"
root="$1"
shift 2
exec chroot --userspec=${user}:${user} "$root" "$@"`

/** Runs a command in the container. */
function contained(...command: string[]): ChildProcess {
  const child = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', container, 'sh', root, volume, ...command],
    { env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin', ...settings } as unknown as NodeJS.ProcessEnv },
  )
  const file = createWriteStream(output, { flags: 'a' })
  for (const stream of [child.stdout, child.stderr]) stream?.pipe(file, { end: false })
  return child
}

/** Runs one command of the release that must succeed. @returns after how many seconds it had */
async function admin(...command: string[]): Promise<number> {
  const begun = performance.now()
  const [code] = await once(contained('latchkey', 'admin', ...command), 'close')
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}:\n${readFileSync(output, 'utf8')}`)
  return secondsSince(begun)
}

/** Starts Latchkey as the first process of the container. @returns it, and after how many seconds it was ready */
async function start() {
  const begun = performance.now()
  const child = contained('latchkey', 'start')
  const url = `http://127.0.0.1:${ports.latchkey}/readyz`
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() - begun > 120_000)
      throw new Error(`It did not start:\n${readFileSync(output, 'utf8')}`)
    await setTimeout(20)
  }
  return { child, seconds: secondsSince(begun) }
}

const secondsSince = (begun: number) => Math.round((performance.now() - begun) / 10) / 100

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )

/** Ends it as an engine does. @throws when it does not end by itself, and well */
async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  // The first process inside is the child of the one that has made the inside.
  const inner = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim())
  process.kill(inner, 'SIGTERM')
  const [code] = await ended
  if (code !== 0) throw new Error(`It ended with ${code}:\n${readFileSync(output, 'utf8')}`)
}

/** Nothing but the volume and /tmp can be written to. */
function expectReadOnly(): void {
  const trial =
    'touch /var/lib/latchkey/trial /tmp/trial && rm /var/lib/latchkey/trial && touch /opt/latchkey/trial'
  const tried = spawnSync(
    'unshare',
    ['--mount', '--pid', '--fork', 'sh', '-c', container, 'sh', root, volume, 'sh', '-c', trial],
    { encoding: 'utf8' },
  )
  if (!/\/opt\/latchkey\/trial.*Read-only/.test(tried.stderr))
    throw new Error(`The container is not as it should be: ${tried.stderr}`)
}

async function tellStory(midway: () => Promise<void>): Promise<{ passed: number; failed: number }> {
  const control = createServer((_request, response) =>
    midway().then(
      () => response.end(),
      error => response.writeHead(500).end(String(error)),
    ),
  )
  await new Promise<void>(resolve => control.listen(0, '127.0.0.1', resolve))
  const report = path.join(scratch, 'story.json')
  const child = spawn(
    process.execPath,
    [
      'node_modules/@playwright/test/cli.js',
      'test',
      `--project=${project}`,
      'e2e/story.spec.ts',
      'e2e/upgrade.spec.ts',
      '--workers=1',
      '--reporter=list,json',
    ],
    {
      // What it says is no result.
      stdio: ['ignore', 2, 2],
      env: {
        ...process.env,
        PLAYWRIGHT_JSON_OUTPUT_NAME: report,
        LATCHKEY_UNDER_TEST: settings.APP_URL,
        LATCHKEY_OUTPUT: output,
        LATCHKEY_MIDWAY: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
      } as unknown as NodeJS.ProcessEnv,
    },
  )
  await once(child, 'close')
  control.close()
  const { stats } = JSON.parse(readFileSync(report, 'utf8'))
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky }
}

expectReadOnly()
const restoreSeconds = restored && (await admin('restore', '/var/lib/latchkey/backup.age'))
const first = await start()
let running = first.child
await stop(running)
// Now it is not the disk that is measured.
const second = await start()
running = second.child
const nginx = await startNginx(ports.latchkey, ports)
const said = await (await fetch(`http://127.0.0.1:${ports.latchkey}/healthz`)).text()
let restarts = 0
const told =
  project !== ''
    ? await tellStory(async () => {
        if (postgres) await postgres.restart('fast', 1)
        await stop(running)
        running = (await start()).child
        restarts++
      })
    : null
await nginx.stop()
await stop(running)
if (restored) await admin('verify-audit')
await postgres?.stop()
rmSync(scratch, { recursive: true })
const result = {
  proof: `release.${what.replaceAll(' ', '-')}.${kind}`,
  node: execFileSync('chroot', [root, 'node', '--version'], { encoding: 'utf8' }).trim(),
  said: said.trim(),
  restoreSeconds,
  firstStartSeconds: first.seconds,
  secondStartSeconds: second.seconds,
  ...(told && { ...told, restarts }),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(told && (told.failed > 0 || told.passed === 0 || restarts !== 1) ? 1 : 0)
