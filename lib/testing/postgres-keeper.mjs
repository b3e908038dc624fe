// Keeps one PostgreSQL for as long as its parent lives: when standard input ends, because the parent let
// go of it or was killed, the server is shut down and its files are removed.
// Arguments: JSON { command, args, folder, uid, gid }.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

const { command, args, folder, uid, gid } = JSON.parse(process.argv[2] ?? '')
const server = spawn(command, args, { cwd: folder, uid, gid, stdio: ['ignore', 'ignore', 'pipe'] })
server.stderr.pipe(process.stderr)
// The parent may be gone already when the server says its last words.
process.stderr.on('error', () => {})

const end = () => {
  // A fast shutdown; whoever still has a connection loses it.
  server.kill('SIGINT')
  setTimeout(() => server.kill('SIGKILL'), 5_000).unref()
}
process.stdin.on('end', end).on('error', end).resume()
// These go to the whole terminal; the parent decides when it is done with the database.
process.on('SIGINT', () => {})
process.on('SIGTERM', end)

server.on('exit', code => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.exit(code ?? 1)
})
server.on('error', error => {
  console.error(String(error))
  rmSync(folder, { recursive: true, force: true })
  process.exit(1)
})
