// Servers that answer too early, too often, in pieces or not to the end: nothing is called accepted that was not,
// nothing empty is delivered, and nothing that may have been delivered is called a plain failure.
import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { noSecrets, plainSettings } from './settings'
import { submit } from './submission'
import { keep } from './testing/keep'
import { startRawServer } from './testing/raw-server'

type Step = 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | '.'
type Behaviour = Partial<Record<Step, string | ((socket: Socket) => void)>>

const usual: Record<Step, string> = {
  greeting: '220 raw\r\n',
  EHLO: '250 raw\r\n',
  MAIL: '250 OK\r\n',
  RCPT: '250 OK\r\n',
  DATA: '354 go ahead\r\n',
  '.': '250 2.0.0 queued as 4711\r\n',
}
const taken = 'Subject: Hello\r\n\r\nHello\r\n'
const long = `${taken}${`${'x'.repeat(998)}\r\n`.repeat(2000)}`

/** @returns the outcome, and what the server has taken up to a final dot */
async function meet(behaviour: Behaviour, text = taken) {
  const bodies: string[] = []
  const server = await keep(
    startRawServer(socket => {
      let rest = ''
      let inContent = false
      const say = (step: Step) => {
        const answer = behaviour[step] ?? usual[step]
        if (typeof answer === 'string') socket.write(answer)
        else answer(socket)
      }
      socket.setNoDelay(true)
      say('greeting')
      socket.on('data', chunk => {
        rest += chunk.toString('latin1')
        for (;;) {
          const end = inContent ? /(^|\r\n)\.\r\n/.exec(rest) : /\r\n/.exec(rest)
          if (!end) return
          const line = rest.slice(0, end.index + (end[1] ?? '').length)
          rest = rest.slice(end.index + end[0].length)
          if (inContent) {
            inContent = false
            bodies.push(line)
            say('.')
            continue
          }
          const command = line.slice(0, 4).toUpperCase()
          if (command === 'QUIT') return socket.end('221 Bye\r\n')
          inContent = command === 'DATA'
          say(command as Step)
        }
      })
    }),
  )
  const mail = {
    messageId: '<1@latchkey.test>',
    envelope: { from: 'from@example.org', to: 'to@example.org' },
    raw: Buffer.from(text),
  }
  const settings = { ...plainSettings(server), timeoutSeconds: 1 }
  const patience = { acceptance: 1000, goAhead: 1000, recipient: 1000, sender: 1000 }
  return { outcome: await submit(settings, noSecrets, mail, { patience }), bodies }
}

const pipelining = { EHLO: '250-raw\r\n250 PIPELINING\r\n' }
const byteAfterByte = (text: string) => async (socket: Socket) => {
  for (const byte of Buffer.from(text, 'latin1'))
    await new Promise(resolve => socket.write(Buffer.of(byte), resolve))
}
const several = (code: number, lines = 700) =>
  `${`${code}-${'so be it '.repeat(8)}\r\n`.repeat(lines)}${code} so be it\r\n`

it.each<[string, Behaviour]>([
  [
    'byte after byte',
    { EHLO: byteAfterByte('250-raw\r\n250 SIZE 100000\r\n'), '.': byteAfterByte('250 OK\r\n') },
  ],
  ['in 50 kB of lines', { greeting: several(220), RCPT: several(250), '.': several(250) }],
  // As much as a busy machine can write in that way within the second that a step has here.
  ['in 3 kB of lines, byte after byte', { RCPT: byteAfterByte(several(250, 40)) }],
  [
    'with zeros and bytes of no character set',
    { '.': Buffer.from('250 \0\xff\xfe ok\r\n', 'latin1').toString('latin1') },
  ],
  ['and leaves at once', { '.': socket => socket.end('250 OK\r\n') }],
  [
    'to several commands in one packet',
    { ...pipelining, MAIL: '', RCPT: '', DATA: '250 a\r\n250 b\r\n354 c\r\n' },
  ],
])('a mail is taken by a server that answers %s', async (_how, behaviour) => {
  const { outcome, bodies } = await meet(behaviour)
  expect(outcome.result).toBe('accepted')
  expect(bodies).toEqual([taken])
})

it.each<[string, Behaviour, string?]>([
  ['MAIL twice', { MAIL: '250 OK\r\n250 OK\r\n' }],
  ['RCPT twice', { RCPT: '250 OK\r\n250 OK\r\n' }],
  ['DATA twice', { DATA: '354 go ahead\r\n250 OK\r\n' }],
  ['DATA twice with the same', { DATA: '354 go ahead\r\n354 go ahead\r\n' }],
  ['DATA with yes before go ahead', { DATA: '250 OK\r\n354 go ahead\r\n' }],
  ['twice with a greeting', { greeting: '220 raw\r\n220 raw\r\n' }],
  ['EHLO before it is said', { greeting: '220 raw\r\n250 raw\r\n' }],
  ['three commands with two replies', { ...pipelining, MAIL: '' }],
  ['three commands with four replies', { ...pipelining, RCPT: '250 OK\r\n250 OK\r\n' }],
  ['DATA and the dot before the content has come', { DATA: '354 go ahead\r\n250 queued\r\n' }, long],
  ['with four digits', { RCPT: '2500 OK\r\n' }],
  ['with a lone CR', { RCPT: '250 OK\r' }],
  ['with 421 while the content is on its way', { DATA: '354 go ahead\r\n421 4.3.2 shutting down\r\n' }, long],
  [
    'DATA and resets the connection',
    { DATA: socket => socket.write('354 go\r\n', () => socket.resetAndDestroy()) },
    long,
  ],
])('a server that answers %s gets no mail, and it is known', async (_what, behaviour, text) => {
  const { outcome, bodies } = await meet(behaviour, text)
  expect(outcome).toMatchObject({ result: 'failed', permanent: false })
  expect(bodies).toEqual([])
})

it.each<[string, Behaviour['.']]>([
  ['resets the connection', socket => void socket.resetAndDestroy()],
  ['closes its half of the connection', socket => void socket.end()],
  ['hangs up', socket => void socket.destroy()],
  ['keeps silent', ''],
  ['goes on and on without an end', '250-and on\r\n'],
  ['begins with yes and leaves', socket => void socket.end('250 O')],
  ['answers with four digits', '2500 OK\r\n'],
  ['says yes and no', '250-OK\r\n550 No\r\n'],
  ['asks for more', '354 go ahead\r\n'],
  ['answers in another language', 'OK queued\r\n'],
])('after the final dot a server that %s leaves the outcome uncertain', async (_what, answer) => {
  const { outcome, bodies } = await meet({ '.': answer })
  expect(outcome).toMatchObject({ result: 'uncertain', cause: 'outcome-uncertain' })
  expect(bodies).toEqual([taken])
})
