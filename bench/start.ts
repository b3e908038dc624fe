// How long it takes from the command to the first page.
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, print } from './figure'
import { newFolder, newInstallation, type Server, startLatchkey, startServer } from './stage'

const rounds = 3

/** Baseline: the same build in Next's bare server, without database, queue, worker and inbox. */
export async function measureStart(): Promise<void> {
  const bare = buildWithoutBoot()
  const program = fileURLToPath(new URL('./bare-next.mjs', import.meta.url))
  const seconds: Record<string, number[]> = {}
  const count = async (what: string, starting: Promise<Server>) => {
    const server = await starting
    await server.stop()
    seconds[what] = [...(seconds[what] ?? []), server.seconds]
  }
  const postgres = await newInstallation('postgres')
  await (await startLatchkey(postgres)).stop()
  for (let round = 0; round < rounds; round++) {
    const embedded = await newInstallation('embedded')
    await count('bare', startServer([program], '/healthz', {}, bare))
    await count('first.embedded', startLatchkey(embedded))
    await count('second.embedded', startLatchkey(embedded))
    await count('second.postgres', startLatchkey(postgres))
  }
  const baseline = median(seconds.bare ?? [])
  for (const what of ['first.embedded', 'second.embedded', 'second.postgres'])
    print({ figure: `start.${what}`, value: median(seconds[what] ?? []), baseline, unit: 's' })
}

/** A copy of the build in which Next finds nothing to start beside itself. @returns its folder */
function buildWithoutBoot(): string {
  const folder = newFolder('next')
  const leftOut = ['cache', 'dev'].map(name => path.resolve('.next', name))
  mkdirSync(path.join(folder, '.next'))
  cpSync('.next', path.join(folder, '.next'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: from => !leftOut.includes(path.resolve(from)),
  })
  writeFileSync(path.join(folder, '.next/server/instrumentation.js'), 'exports.register = () => {}\n')
  for (const name of ['app', 'messages', 'next.config.js', 'node_modules', 'package.json'])
    symlinkSync(path.resolve(name), path.join(folder, name))
  return folder
}
