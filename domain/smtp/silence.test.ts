// Asking beside the waiting disturbs no server that is only slow.
import { expect, it } from 'vitest'
import { noSecrets, plainSettings } from './settings'
import { submit } from './submission'
import { startForeignServer, startRawServer, startScriptedSmtp } from './testing/raw-server'

const mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
}
const options = { diagnose: true, network: { usualPorts: [] } }

/** Plays SMTP after a while of silence, and counts those who come. */
async function startSlow(milliseconds: number) {
  const fast = await startScriptedSmtp({})
  const { connect } = await import('node:net')
  let connections = 0
  const server = await startRawServer(socket => {
    connections += 1
    const timer = setTimeout(() => {
      const upstream = connect(fast.port, fast.host)
      upstream.on('error', () => socket.destroy())
      upstream.pipe(socket).pipe(upstream)
    }, milliseconds)
    socket.pause()
    socket.on('close', () => clearTimeout(timer))
  })
  return {
    ...server,
    connections: () => connections,
    close: () => Promise.all([server.close(), fast.close()]),
  }
}

it('does not begin with a server that greets within 1.5 s', async () => {
  const server = await startSlow(1500)
  expect((await submit(plainSettings(server), noSecrets, mail, options)).result).toBe('accepted')
  expect(server.connections()).toBe(1)
  await server.close()
})

it('is forgotten when the greeting comes after all', { timeout: 15_000 }, async () => {
  const server = await startSlow(3800)
  const outcome = await submit(plainSettings(server), noSecrets, mail, options)
  expect(outcome.result).toBe('accepted')
  expect(server.connections()).toBeGreaterThan(1)
  expect(JSON.stringify(outcome.transcript)).not.toContain('Probed')
  await server.close()
})

it('ends the waiting when the port tells what it is', { timeout: 20_000 }, async () => {
  const web = await startForeignServer('http')
  const settings = { ...plainSettings(web), timeoutSeconds: 300 }
  expect(await submit(settings, noSecrets, mail, options)).toMatchObject({
    cause: 'not-smtp',
    phase: 'greeting',
  })
  await web.close()
})

it('does not happen to an ordinary mail', { timeout: 15_000 }, async () => {
  const server = await startSlow(3800)
  expect((await submit(plainSettings(server), noSecrets, mail)).result).toBe('accepted')
  expect(server.connections()).toBe(1)
  await server.close()
})
