// The nginx of this machine, started with the example as it stands here, on ports and with a certificate of a test.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createSelfSigned } from '@/domain/smtp/testing/certificates'

const example = fileURLToPath(new URL('../../deploy/nginx.conf', import.meta.url))

/** Debian keeps it where only root looks. */
const program = ['nginx', '/usr/sbin/nginx'].find(name => spawnSync(name, ['-v']).status === 0)
export const hasNginx = program !== undefined

/** Puts nginx in front of a server of this machine. @param ports where it listens, for HTTPS and for HTTP */
export async function startNginx(
  upstream: number,
  ports: { https: number; http: number },
): Promise<{ cert: string; stop(): Promise<void> }> {
  if (!program) throw new Error('There is no nginx here (Debian: apt-get install nginx-light).')
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-nginx-'))
  const { cert, key } = await createSelfSigned(['localhost'])
  writeFileSync(path.join(folder, 'fullchain.pem'), cert)
  writeFileSync(path.join(folder, 'privkey.pem'), key)
  mkdirSync(path.join(folder, 'temporary'))
  const site = readFileSync(example, 'utf8')
    .replaceAll('/etc/ssl/latchkey', folder)
    .replaceAll('accounts.example.org', 'localhost')
    .replace('127.0.0.1:3000', `127.0.0.1:${upstream}`)
    .replace('listen 443', `listen 127.0.0.1:${ports.https}`)
    .replace('listen 80;', `listen 127.0.0.1:${ports.http};`)
    .replace('https://localhost$request_uri', `https://localhost:${ports.https}$request_uri`)
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(name => `${name}_temp_path ${folder}/temporary/${name};`)
    .join(' ')
  writeFileSync(
    path.join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log stderr warn; worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http { access_log off; ${places}
${site}
}`,
  )
  const child = spawn(program, ['-p', folder, '-c', path.join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  for (let tries = 0; !(await listens(ports.https)); tries++) {
    if (child.exitCode !== null || tries === 200) throw new Error(`nginx did not start:\n${said}`)
    await setTimeout(25)
  }
  return {
    cert,
    async stop() {
      process.off('exit', end)
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const listens = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
