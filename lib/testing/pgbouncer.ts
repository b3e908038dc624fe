// The PgBouncer of the system, where there is one (Debian: apt-get install pgbouncer).
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './postgres'
import { until } from './until'

const program = ['pgbouncer', '/usr/sbin/pgbouncer'].find(
  name => spawnSync(name, ['--version'], { encoding: 'utf8' }).status === 0,
)

export const hasPgBouncer = program !== undefined

/** @param url of a database @param mode how it lends its connections @returns the address through it, and what ends it */
export async function startPgBouncer(url: string, mode: 'session' | 'transaction' | 'statement') {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-pgbouncer-'))
  // It refuses to run as root, and then runs as nobody.
  chmodSync(folder, 0o755)
  const { hostname, port, username, password, pathname } = new URL(url)
  const name = pathname.slice(1)
  const own = await freePort()
  const settings = path.join(folder, 'pgbouncer.ini')
  writeFileSync(path.join(folder, 'users'), `"${username}" "${decodeURIComponent(password)}"\n`)
  writeFileSync(
    settings,
    `[databases]\n${name} = host=${hostname} port=${port} dbname=${name}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${own}\nauth_type = plain\nauth_file = ${path.join(folder, 'users')}\npool_mode = ${mode}\ndefault_pool_size = 30\nunix_socket_dir =\nignore_startup_parameters = extra_float_digits\n`,
  )
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const child = spawn(program ?? '', [settings], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  const ended = new Promise(resolve => child.once('close', resolve))
  await until(() => listens(own) || child.exitCode !== null, 20)
  if (child.exitCode !== null) throw new Error(said)
  const through = new URL(url)
  through.port = String(own)
  return {
    url: through.href,
    async close() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const listens = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
