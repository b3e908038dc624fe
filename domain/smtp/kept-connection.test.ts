import { describe, expect, it, onTestFinished } from 'vitest'
import type { Mail } from './outcome'
import { noSecrets, plainSettings } from './settings'
import { Connection, deservesAnother } from './submission'
import { startRawServer } from './testing/raw-server'

/** An SMTP server that answers each command by a rule, and takes commands together or not. */
async function startServer({
  pipelining = true,
  answer = (_line: string, _mail: number): string | null => null,
}: {
  pipelining?: boolean
  /** The reply to a line, or null for the usual one; `CUT` ends the connection */
  answer?: (line: string, mail: number) => string | null
} = {}) {
  const server = await startRawServer(socket => {
    let rest = ''
    let inContent = false
    let mails = 0
    socket.write('220 raw ESMTP\r\n')
    socket.on('data', chunk => {
      rest += chunk.toString('latin1')
      for (;;) {
        const end = inContent ? rest.indexOf('.\r\n') : rest.indexOf('\r\n')
        if (end < 0) return
        const line = inContent ? '.' : rest.slice(0, end)
        rest = rest.slice(end + (inContent ? 3 : 2))
        const command = line.slice(0, 4).toUpperCase()
        if (command === 'MAIL') mails += 1
        const usual =
          command === 'EHLO'
            ? `250-raw\r\n${pipelining ? '250-PIPELINING\r\n' : ''}250 ENHANCEDSTATUSCODES`
            : command === 'DATA'
              ? '354 go ahead'
              : inContent
                ? `250 2.0.0 OK: queued as N${mails}`
                : '250 2.0.0 OK'
        inContent = false
        const reply = answer(line, mails) ?? usual
        if (reply === 'CUT') return socket.destroy()
        inContent = reply.startsWith('354')
        socket.write(`${reply}\r\n`)
      }
    })
  })
  onTestFinished(() => server.close())
  return server
}

const mailTo = (to: string): Mail => ({
  messageId: '<1@example.org>',
  envelope: { from: 'from@example.org', to },
  raw: Buffer.from('Subject: x\r\n\r\nHello\r\n'),
})

async function connect(server: { host: string; port: number }) {
  const opened = await Connection.open(plainSettings(server), noSecrets)
  if (!(opened instanceof Connection)) throw new Error(opened.cause)
  onTestFinished(() => opened.close())
  const send = (to: string | Mail = 'to@example.org', before = async () => {}, next: Mail | null = null) =>
    opened.send(typeof to === 'string' ? mailTo(to) : to, before, () => next)
  return { connection: opened, send }
}

describe.each([true, false])('a connection that is kept (commands together: %s)', pipelining => {
  it('takes one mail after another, and only the first has stages of the opening', async () => {
    const server = await startServer({ pipelining })
    const { connection, send } = await connect(server)
    const first = await send()
    const second = await send()
    expect([first, second]).toMatchObject([
      { result: 'accepted', queueId: 'N1' },
      { result: 'accepted', queueId: 'N2' },
    ])
    const made = (stages: typeof first.stages) =>
      stages.filter(({ result }) => result === 'ok').map(({ stage }) => stage)
    expect(made(first.stages)).toEqual(['dns', 'connect', 'greeting', 'ehlo', 'mail-from', 'rcpt-to', 'data'])
    expect(made(second.stages)).toEqual(['mail-from', 'rcpt-to', 'data'])
    expect(connection.usable).toBe(true)
    expect(server.received().match(/^EHLO/gm)).toHaveLength(1)
  })

  it('goes on after a refused recipient, with nothing of it left', async () => {
    const server = await startServer({
      pipelining,
      answer: line => (/^RCPT.*<no@/.test(line) ? '550 5.1.1 No such user' : null),
    })
    const { connection, send } = await connect(server)
    // This server says 354 although it has refused everybody: what it gets is an empty mail, and not the next.
    expect(await send('no@example.org')).toMatchObject({
      result: 'failed',
      cause: 'recipient-rejected',
      phase: 'rcpt-to',
    })
    expect(connection.usable).toBe(true)
    expect(await send()).toMatchObject({ result: 'accepted' })
    expect(server.received()).toContain('RSET')
    expect(server.received().match(/^Hello/gm)).toHaveLength(1)
  })

  it('does not send the content of a mail that belongs to another by now', async () => {
    const server = await startServer({ pipelining })
    const { connection, send } = await connect(server)
    await send()
    const taken = send('to@example.org', async () => {
      throw new Error('taken over')
    })
    await expect(taken).rejects.toThrow('taken over')
    expect(connection.usable).toBe(false)
    expect(server.received().match(/^Hello/gm)).toHaveLength(1)
  })

  it('is over once the server says that it leaves', async () => {
    const server = await startServer({
      pipelining,
      answer: (line, mails) => (line.startsWith('MAIL') && mails === 2 ? '421 4.7.0 Too many mails' : null),
    })
    const { connection, send } = await connect(server)
    await send()
    expect(await send()).toMatchObject({ result: 'failed', phase: 'mail-from', reply: { code: 421 } })
    expect(connection.usable).toBe(false)
  })

  it.each([
    '421 4.7.0 Too many mails',
    '450 4.7.1 Too many mails',
    '452 4.5.3 Too many mails',
    '550 5.7.1 Too many messages in this session',
    'CUT',
  ])('is given up for a new one when it takes no further sender: %s', async reply => {
    const server = await startServer({
      pipelining,
      answer: (line, mails) => (line.startsWith('MAIL') && mails === 2 ? reply : null),
    })
    const { send } = await connect(server)
    expect(deservesAnother(await send())).toBe(false)
    expect(deservesAnother(await send())).toBe(true)
  })

  it.each([
    ['MAIL', '550 5.7.1 Not you'],
    ['RCPT', '450 4.2.0 Later'],
    ['.', '451 4.3.0 Later'],
    ['.', 'CUT'],
  ])('is not when %s is answered with %s', async (step, reply) => {
    const server = await startServer({
      pipelining,
      answer: (line, mails) => (line.startsWith(step) && mails === 2 ? reply : null),
    })
    const { send } = await connect(server)
    await send()
    expect(deservesAnother(await send())).toBe(false)
  })

  it('is given up when it cannot take back what was begun', async () => {
    const server = await startServer({
      pipelining,
      answer: line => (line.includes('<no@') ? '550 5.1.1 No' : line === 'RSET' ? '500 What?' : null),
    })
    const { connection, send } = await connect(server)
    await send('no@example.org')
    const outcome = await send()
    expect(outcome).toMatchObject({ result: 'failed', permanent: false, phase: 'mail-from' })
    expect(deservesAnother(outcome)).toBe(true)
    expect(connection.usable).toBe(false)
  })

  it('is closed, and not asked for more, when it is refused in the middle of the content', async () => {
    const server = await startServer({
      pipelining,
      answer: line => (line === 'DATA' ? '354 go ahead\r\n552 5.3.4 Too big after all' : null),
    })
    const { connection, send } = await connect(server)
    const large = {
      ...mailTo('to@example.org'),
      raw: Buffer.from(`Subject: x\r\n\r\n${'x'.repeat(200_000)}`),
    }
    expect(await send(large)).toMatchObject({ result: 'failed', cause: 'message-too-large' })
    expect(connection.usable).toBe(false)
    expect(server.received()).not.toMatch(/RSET|QUIT/)
  })

  it('that breaks after the final dot leaves the outcome open, and only then', async () => {
    const server = await startServer({
      pipelining,
      answer: (line, mails) => (line === '.' && mails === 2 ? 'CUT' : null),
    })
    const { send } = await connect(server)
    await send()
    expect(await send()).toMatchObject({ result: 'uncertain', cause: 'outcome-uncertain' })
  })

  it('that breaks before the content leaves no doubt', async () => {
    const server = await startServer({
      pipelining,
      answer: (line, mails) => (line.startsWith('RCPT') && mails === 2 ? 'CUT' : null),
    })
    const { send } = await connect(server)
    await send()
    expect(await send()).toMatchObject({ result: 'failed', cause: 'connection-lost-before-data' })
  })
})

it('three commands go out at once where the server takes them so', async () => {
  const server = await startServer()
  let replies = 0
  const { send } = await connect(server)
  await send('to@example.org', async () => {
    replies += 1
  })
  expect(server.received()).toContain('MAIL FROM:<from@example.org>\r\nRCPT TO:<to@example.org>\r\nDATA\r\n')
  expect(replies).toBe(1)
})

describe('a mail whose commands go along with the content of the one before it', () => {
  const second = mailTo('second@example.org')
  const commands = 'MAIL FROM:<from@example.org>\r\nRCPT TO:<second@example.org>\r\nDATA\r\n'

  it('is handed over without another round trip, and tells its own dialogue', async () => {
    const server = await startServer()
    const { connection, send } = await connect(server)
    expect(await send('first@example.org', undefined, second)).toMatchObject({ queueId: 'N1' })
    expect(connection.usable).toBe(true)
    const outcome = await send(second)
    expect(outcome).toMatchObject({ result: 'accepted', queueId: 'N2' })
    expect(outcome.transcript.map(({ text }) => text)).toEqual([
      'Over a connection that was already open',
      ...commands.trim().split('\r\n'),
      '250 2.0.0 OK',
      '250 2.0.0 OK',
      '354 go ahead',
      expect.stringContaining('bytes of message'),
      '.',
      '250 2.0.0 OK: queued as N2',
    ])
    expect(server.received()).toContain(`Hello\r\n.\r\n${commands}`)
  })

  it('is announced only where the server takes commands together, and only if it can be sent at all', async () => {
    const oneByOne = await startServer({ pipelining: false })
    const other = await startServer()
    for (const [server, next] of [
      [oneByOne, second],
      [other, mailTo('two words@example.org')],
    ] as const) {
      const { send } = await connect(server)
      await send('first@example.org', undefined, next)
      expect(server.received()).toMatch(/Hello\r\n\.\r\n$/)
      expect(await send(next)).toMatchObject(
        next === second ? { result: 'accepted' } : { cause: 'recipient-rejected', reply: null },
      )
    }
  })

  it('goes on when the content before it is refused', async () => {
    const server = await startServer({
      answer: (line, mails) => (line === '.' && mails === 1 ? '554 5.7.1 Spam' : null),
    })
    const { send } = await connect(server)
    expect(await send('first@example.org', undefined, second)).toMatchObject({
      result: 'failed',
      phase: 'data',
    })
    expect(await send(second)).toMatchObject({ result: 'accepted' })
    expect(server.received()).not.toContain('RSET')
  })

  it('can be refused itself, and the next one starts clean', async () => {
    const server = await startServer({ answer: line => (line.includes('<second@') ? '550 5.1.1 No' : null) })
    const { send } = await connect(server)
    await send('first@example.org', undefined, second)
    expect(await send(second)).toMatchObject({ result: 'failed', phase: 'rcpt-to' })
    expect(await send('third@example.org')).toMatchObject({ result: 'accepted' })
    expect(server.received().match(/^Hello/gm)).toHaveLength(2)
  })

  it('has not left when the connection breaks: only the one before it is uncertain', async () => {
    const server = await startServer({ answer: line => (line === '.' ? 'CUT' : null) })
    const { connection, send } = await connect(server)
    expect(await send('first@example.org', undefined, second)).toMatchObject({ result: 'uncertain' })
    expect(connection.usable).toBe(false)
    expect(await send(second)).toMatchObject({ result: 'failed', cause: 'connection-lost-before-data' })
  })

  it('gets no content when the connection is closed instead', async () => {
    const server = await startServer()
    const { connection, send } = await connect(server)
    await send('first@example.org', undefined, second)
    connection.close()
    await server.close()
    expect(server.received().split(commands)[1]).toBe('')
  })

  it('cannot be passed over', async () => {
    const server = await startServer()
    const { send } = await connect(server)
    await send('first@example.org', undefined, second)
    await expect(send('third@example.org')).rejects.toThrow('Another mail was announced')
  })
})

it('a server that cannot be reached is told as an outcome', async () => {
  const server = await startServer()
  await server.close()
  expect(await Connection.open(plainSettings(server), noSecrets)).toMatchObject({
    result: 'failed',
    cause: 'connection-refused',
    phase: 'connect',
  })
})
