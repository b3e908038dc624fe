// How much memory the server holds when nobody asks anything of it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { median, print } from './figure'
import { signIn } from './http'
import { kinds, newInstallation, type Server, startLatchkey, startPart, startServer } from './stage'

const pages = ['/users', '/outbox', '/settings/mail', '/profile']

/** Baseline: a Node process that answers over HTTP and does nothing else, asked as often. */
export async function measureMemory(): Promise<void> {
  const program = fileURLToPath(new URL('./bare-node.mjs', import.meta.url))
  const bare = await startServer([program], '/')
  const baseline = await afterUse(bare)
  for (const kind of kinds) {
    const installation = await newInstallation(kind)
    // The start that makes an embedded database needs more than any later one.
    const first = kind === 'embedded' ? await used(await startLatchkey(installation)) : undefined
    const later = await used(await startLatchkey(installation))
    print({ figure: `memory.idle.${kind}`, value: later, baseline, unit: 'MB' })
    if (first !== undefined)
      print({ figure: `memory.idle-after-first-start.${kind}`, value: first, baseline, unit: 'MB' })
    if (kind === 'postgres') await measureDraining(installation)
  }
}

/** The highest while the server sends ten thousand mails. Baseline: the same server before it. */
async function measureDraining(installation: Record<string, string>): Promise<void> {
  const server = await startLatchkey(installation)
  const { email, password } = demoAccounts[0]
  await loadPages(server, await signIn(server.url, email, password))
  await pause(3_000)
  const baseline = residentMegabytes(server.pid)
  const filling = startPart(fileURLToPath(new URL('./drain-part.ts', import.meta.url)), installation)
  let value = baseline
  const looking = setInterval(() => {
    value = Math.max(value, residentMegabytes(server.pid))
  }, 100)
  await filling.ask({ fill: 10_000 })
  clearInterval(looking)
  await filling.stop()
  await server.stop()
  print({ figure: 'memory.drain.postgres', value, baseline, unit: 'MB' })
}

async function used(server: Server): Promise<number> {
  const { email, password } = demoAccounts[0]
  return afterUse(server, await signIn(server.url, email, password))
}

/** Loads some pages, lets the server rest, and stops it. @returns megabytes */
async function afterUse(server: Server, cookie = ''): Promise<number> {
  await loadPages(server, cookie)
  await pause(3_000)
  const samples: number[] = []
  while (samples.length < 5) {
    samples.push(residentMegabytes(server.pid))
    await pause(250)
  }
  await server.stop()
  return median(samples)
}

async function loadPages(server: Server, cookie: string): Promise<void> {
  for (const page of [...pages, ...pages]) {
    const response = await fetch(server.url + page, { headers: { cookie }, redirect: 'manual' })
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`${page} was answered with ${response.status}.`)
  }
}

function residentMegabytes(pid: number): number {
  const status = `/proc/${pid}/status`
  const kilobytes = existsSync(status)
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1]
    : spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  const found = Number(kilobytes)
  if (!(found > 0)) throw new Error('This system does not say how much memory a process holds.')
  return found / 1024
}
