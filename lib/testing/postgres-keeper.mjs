// Keeps one PostgreSQL for as long as its parent lives: when standard input ends, because the parent let
// go of it or was killed, the server is shut down and its files are removed. A line of standard input, JSON
// { signal, seconds }, ends the server so and starts it again after so many seconds.
// Arguments: JSON { command, args, folder, uid, gid }.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

const { command, args, folder, uid, gid } = JSON.parse(process.argv[2] ?? '')
let ending = false
/** Set while a restart is under way. */
let restart = null
let server = start()

function start() {
  const started = spawn(command, args, { cwd: folder, uid, gid, stdio: ['ignore', 'ignore', 'pipe'] })
  started.stderr.on('data', chunk => {
    process.stderr.write(chunk)
    if (chunk.includes('ready to accept connections')) restart = null
  })
  started.on('exit', code => {
    if (ending || !restart) return leave(code ?? 1)
    // What is left of a killed server may still hold its memory: then this is tried again.
    setTimeout(() => {
      if (!ending) server = start()
    }, restart.seconds * 1000)
    restart = { seconds: 0.2 }
  })
  started.on('error', error => {
    console.error(String(error))
    leave(1)
  })
  return started
}

function leave(code) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.exit(code)
}

// The parent may be gone already when the server says its last words.
process.stderr.on('error', () => {})

const end = () => {
  if (ending) return
  ending = true
  if (server.exitCode !== null || server.signalCode !== null) return leave(0)
  // A fast shutdown; whoever still has a connection loses it.
  server.kill('SIGINT')
  setTimeout(() => server.kill('SIGKILL'), 5_000).unref()
}
process.stdin.on('end', end).on('error', end)
createInterface({ input: process.stdin }).on('line', line => {
  restart = JSON.parse(line)
  server.kill(restart.signal)
})
// These go to the whole terminal; the parent decides when it is done with the database.
process.on('SIGINT', () => {})
process.on('SIGTERM', end)
