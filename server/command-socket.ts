// A door for `npm run admin` into a running Latchkey whose embedded database nobody else can open: a Unix
// socket in DATA_DIR. Who may write to that folder's files may already do all that the commands do.
import { chmodSync, rmSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { log } from '@/lib/log'
import type { Answer } from './answer'

/** The system's limit for the name of a socket (sun_path). */
const longestName = 100

function socketIn(dataDir: string): string | null {
  const name = path.resolve(dataDir, 'admin.sock')
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name.replaceAll(/[\\/:]/g, '-')}`
  return Buffer.byteLength(name) <= longestName ? name : null
}

/**
 * Answers commands until it is closed. The caller owns the folder (see folder-lock), so a socket that lies
 * there was left behind. In a folder with too long a name there is no door, and the commands say so.
 */
export async function answerCommands(
  dataDir: string,
  answer: (name: string, args: string[]) => Promise<Answer>,
): Promise<() => void> {
  const name = socketIn(dataDir)
  if (!name) return () => {}
  rmSync(name, { force: true })
  const server = net.createServer({ allowHalfOpen: true }, async socket => {
    socket.on('error', () => {})
    try {
      const [command = '', ...args] = JSON.parse(await heard(socket)) as string[]
      socket.end(JSON.stringify(await answer(command, args)))
    } catch (error) {
      log.error({ error: String(error) }, 'a command broke off')
      socket.destroy()
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(name, resolve)
  })
  if (process.platform !== 'win32') chmodSync(name, 0o600)
  return () => server.close()
}

/** Has a running Latchkey do a command. Null: none is running in this folder. @throws if it breaks off */
export async function askRunning(dataDir: string, command: string[]): Promise<Answer | null> {
  const name = socketIn(dataDir)
  const socket = name && (await connected(name))
  if (!socket) return null
  socket.end(JSON.stringify(command))
  const said = await heard(socket)
  if (said === '') throw new Error('Latchkey broke the command off; its log says why.')
  return JSON.parse(said)
}

const connected = (name: string) =>
  new Promise<net.Socket | null>(resolve => {
    const socket = net.connect({ path: name, allowHalfOpen: true }, () => resolve(socket))
    socket.on('error', () => resolve(null))
  })

/** What the other side says until it has finished; the socket stays open for the answer. */
const heard = (socket: net.Socket) =>
  new Promise<string>(resolve => {
    const chunks: Buffer[] = []
    const done = () => resolve(Buffer.concat(chunks).toString())
    socket.on('data', chunk => chunks.push(chunk))
    socket.once('end', done)
    socket.once('close', done)
  })
