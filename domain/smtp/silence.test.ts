// A server that is only slow is not disturbed, and one that shuts out who talks first has no reason to.
import { connect } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { noSecrets, plainSettings } from './settings'
import { submit } from './submission'
import { createAuthority } from './testing/certificates'
import { startBlackHole, startForeignServer, startRawServer, startScriptedSmtp } from './testing/raw-server'
import { startSmtpSink } from './testing/smtp-sink'

const mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
}

/** The tests wait side by side, so none of them can be the one that a server is closed after. */
const running: { close(): Promise<void> }[] = []
afterAll(() => Promise.all(running.map(server => server.close())))
async function keep<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting
  running.push(server)
  return server
}

const alone = { diagnose: true, network: { usualPorts: [] } }

/** Plays SMTP after a while of silence; meanwhile it counts who comes, who is there at once, and who talks first. */
async function startSlow(milliseconds: number) {
  const fast = await keep(startScriptedSmtp({}))
  const seen = { connections: 0, atOnce: 0, earlyTalkers: 0 }
  let present = 0
  const server = await keep(
    startRawServer(socket => {
      seen.connections += 1
      present += 1
      seen.atOnce = Math.max(seen.atOnce, present)
      const early = () => {
        seen.earlyTalkers += 1
        socket.end('554 5.7.1 You talk too soon\r\n')
      }
      socket.once('data', early)
      const timer = setTimeout(() => {
        socket.off('data', early)
        const upstream = connect(fast.port, fast.host)
        upstream.on('error', () => socket.destroy())
        upstream.pipe(socket).pipe(upstream)
      }, milliseconds)
      socket.on('close', () => {
        present -= 1
        clearTimeout(timer)
      })
    }),
  )
  return { ...server, seen }
}

describe.concurrent('while the greeting may still come', () => {
  it.each([1500, 4000, 9000])('only one connection listens: %i ms', { timeout: 20_000 }, async delay => {
    const server = await startSlow(delay)
    const neighbour = await startSlow(60_000)
    const network = { usualPorts: [neighbour.port] }
    const outcome = await submit(plainSettings(server), noSecrets, mail, { diagnose: true, network })
    expect(outcome.result).toBe('accepted')
    expect(JSON.stringify(outcome.transcript)).not.toContain('Probed')
    expect(server.seen).toEqual({ connections: 1, atOnce: 1, earlyTalkers: 0 })
    expect(neighbour.seen.connections).toBeLessThan(2)
    expect(neighbour.received()).toBe('')
  })

  it('a port that is for TLS is asked by TLS, and tells sooner', { timeout: 20_000 }, async () => {
    const authority = await createAuthority()
    const certificate = await authority.issue(['127.0.0.1'])
    const server = await keep(startSmtpSink({ tls: 'implicit', certificate }))
    const settings = { ...plainSettings(server), timeoutSeconds: 300 }
    const network = { usualPorts: [], tlsPorts: [server.port] }
    expect(await submit(settings, noSecrets, mail, { diagnose: true, network })).toMatchObject({
      cause: 'tls-expected',
      phase: 'greeting',
    })
  })

  it('nobody listens beside an ordinary mail', { timeout: 20_000 }, async () => {
    const server = await startSlow(4000)
    expect((await submit(plainSettings(server), noSecrets, mail)).result).toBe('accepted')
    expect(server.seen).toEqual({ connections: 1, atOnce: 1, earlyTalkers: 0 })
  })
})

describe.concurrent('when it has not come in time', () => {
  it('the port is asked over one connection at a time', { timeout: 20_000 }, async () => {
    const server = await startSlow(60_000)
    const settings = { ...plainSettings(server), timeoutSeconds: 0.5 }
    expect(await submit(settings, noSecrets, mail, alone)).toMatchObject({ cause: 'greeting-timeout' })
    expect(server.seen.connections).toBeGreaterThan(1)
    expect(server.seen.atOnce).toBe(1)
  })

  it.each([
    ['http', 'not-smtp'],
    ['tls', 'tls-expected'],
  ])('a port that waits for the client is named: %s', { timeout: 20_000 }, async (kind, cause) => {
    const certificate = await (await createAuthority()).issue(['127.0.0.1'])
    const server =
      kind === 'http'
        ? await keep(startForeignServer('http'))
        : await keep(startSmtpSink({ tls: 'implicit', certificate }))
    const settings = { ...plainSettings(server), timeoutSeconds: 0.5 }
    expect(await submit(settings, noSecrets, mail, alone)).toMatchObject({ cause, phase: 'greeting' })
  })

  it('a neighbour that was silent too is asked by TLS, once it cannot greet any more', {
    timeout: 20_000,
  }, async () => {
    const certificate = await (await createAuthority()).issue(['127.0.0.1'])
    const server = await keep(startBlackHole())
    const neighbour = await keep(startSmtpSink({ tls: 'implicit', certificate }))
    const settings = { ...plainSettings(server), timeoutSeconds: 3 }
    const network = { usualPorts: [neighbour.port] }
    expect(await submit(settings, noSecrets, mail, { diagnose: true, network })).toMatchObject({
      cause: 'greeting-timeout',
      detail: { openPort: String(neighbour.port), openEncryption: 'implicit-tls' },
    })
  })

  it('a neighbour that holds its greeting back is heard out', { timeout: 20_000 }, async () => {
    const gone = await startBlackHole()
    await gone.close()
    const neighbour = await startSlow(5000)
    const network = { usualPorts: [neighbour.port] }
    expect(await submit(plainSettings(gone), noSecrets, mail, { diagnose: true, network })).toMatchObject({
      cause: 'connection-refused',
      detail: { openPort: String(neighbour.port), openEncryption: 'none' },
    })
    expect(neighbour.seen).toEqual({ connections: 1, atOnce: 1, earlyTalkers: 0 })
  })
})
