// Whatever a server answers, at whatever step: no empty message, no double that nobody is told of, no mail that is lost.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Mail, Outcome } from './outcome'
import { noSecrets, plainSettings } from './settings'
import { Connection } from './submission'
import { type RawServer, startRawServer } from './testing/raw-server'

const steps = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', '.', 'RSET'] as const
type Step = (typeof steps)[number]
/** `together`: commands at once; `ahead`: those of the second mail behind the content of the first. */
type Way = 'one by one' | 'together' | 'ahead'
const ways: Way[] = ['one by one', 'together', 'ahead']

type Script = {
  way: Way
  /** The replies to each step, for the first and the second time; what is missing is answered as usual. */
  codes: Partial<Record<Step, number[]>>
  /** How a reply of this code is written. */
  write: (code: number) => string
}
/** What the server would deliver: also what it may have taken with an answer that is neither yes nor no. */
type Delivered = { body: string; code: number }

const usual: Record<Step, number> = {
  greeting: 220,
  EHLO: 250,
  MAIL: 250,
  RCPT: 250,
  DATA: 354,
  '.': 250,
  RSET: 250,
}

let script: Script
let delivered: Delivered[]
let server: RawServer
beforeAll(async () => {
  server = await startRawServer(socket => {
    const { way, codes, write } = script
    const taken: Partial<Record<Step, number>> = {}
    const say = (step: Step) => {
      const time = taken[step] ?? 0
      taken[step] = time + 1
      const code = codes[step]?.[time] ?? usual[step]
      const pipelining = step === 'EHLO' && code < 300 && way !== 'one by one'
      socket.write(pipelining ? `${code}-raw\r\n${code} PIPELINING\r\n` : write(code))
      return code
    }
    const refused = (code: number) => code >= 400
    let rest = ''
    let stands = false
    let inContent = false
    socket.setNoDelay(true)
    say('greeting')
    socket.on('data', chunk => {
      rest += chunk.toString('latin1')
      for (;;) {
        if (inContent && !/(^|\r\n)\.\r\n/.test(rest)) return
        if (inContent) {
          const end = /(^|\r\n)\.\r\n/.exec(rest)!
          const body = rest.slice(0, end.index)
          rest = rest.slice(end.index + end[0].length)
          inContent = false
          const code = say('.')
          if (stands && !refused(code)) delivered.push({ body, code })
          stands = false
          continue
        }
        const end = rest.indexOf('\r\n')
        if (end < 0) return
        const command = rest.slice(0, 4).toUpperCase()
        rest = rest.slice(end + 2)
        if (command === 'HELO') socket.write('250 raw\r\n')
        else if (command === 'QUIT') return socket.end('221 Bye\r\n')
        else {
          const code = say(command as Step)
          // A server of this kind takes the recipient even if it has refused the sender.
          if (command === 'RCPT') stands = !refused(code)
          if (command === 'RSET') stands = false
          if (command === 'DATA') inContent = code >= 300 && code < 400
        }
      }
    })
  })
})
afterAll(() => server.close())

const mail = (text: string): Mail => ({
  messageId: `<${text}@example.org>`,
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from(`Subject: ${text}\r\n\r\nHello\r\n`),
})

/** Two mails over one connection, as far as it goes, and what the server makes of them. */
async function converse(next: Script) {
  script = next
  delivered = []
  const [first, second] = [mail('first'), mail('second')]
  const opened = await Connection.open(plainSettings(server), noSecrets)
  if (!(opened instanceof Connection)) return { first: opened, second: null, delivered }
  const ahead = next.way === 'ahead' ? second : null
  const outcomes: { first: Outcome; second: Outcome | null } = {
    first: await opened.send(first, undefined, () => ahead),
    second: opened.usable ? await opened.send(second) : null,
  }
  await opened.close()
  return { ...outcomes, delivered }
}

const isYes = (code: number) => code >= 200 && code < 300

async function isSafe(next: Script) {
  const { delivered, ...outcomes } = await converse(next)
  const told = JSON.stringify({ codes: next.codes, way: next.way, delivered })
  for (const text of ['first', 'second'] as const) {
    const outcome = outcomes[text]
    const copies = delivered.filter(({ body }) => body.includes(`Subject: ${text}\r\n\r\nHello`))
    expect(copies.length, told).toBeLessThan(2)
    const [copy] = copies
    if (outcome?.result === 'accepted') expect(copy && isYes(copy.code), told).toBe(true)
    // What has been delivered is never called a plain failure: it would be sent again unseen.
    if (copy) expect(outcome?.result, told).toBe(isYes(copy.code) ? 'accepted' : 'uncertain')
    if (outcome?.result === 'uncertain') expect(copy, told).toBeDefined()
  }
  // Nothing else was delivered: no empty message, no commands taken for one.
  expect(delivered.filter(({ body }) => !/^Subject: \w+\r\n\r\nHello$/.test(body), told)).toEqual([])
}

const plain = (code: number) => `${code} so be it\r\n`
const allCodes = Array.from({ length: 400 }, (_, index) => 200 + index)

it.each(['greeting', 'EHLO'] as const)('every code to %s', async step => {
  for (const code of allCodes) await isSafe({ way: 'together', codes: { [step]: [code] }, write: plain })
})

it.each(ways.flatMap(way => (['MAIL', 'RCPT', 'DATA', '.'] as const).map(step => [way, step] as const)))(
  '%s, every code to %s',
  { timeout: 60_000 },
  async (way, step) => {
    for (const code of allCodes) {
      await isSafe({ way, codes: { [step]: [code] }, write: plain })
      if (way === 'ahead') await isSafe({ way, codes: { [step]: [usual[step], code] }, write: plain })
    }
  },
)

it.each(ways)('%s, every code to RSET', async way => {
  for (const code of allCodes) await isSafe({ way, codes: { RCPT: [550], RSET: [code] }, write: plain })
})

it('several odd answers in one dialogue, however they are written', { timeout: 60_000 }, async () => {
  const odd = fc.oneof(
    fc.integer({ min: 100, max: 599 }),
    fc.constantFrom(250, 252, 254, 354, 421, 450, 550, 599),
  )
  // Mostly as usual: a dialogue that ends at its beginning shows nothing.
  const repliesTo = (step: Step) => {
    const reply = fc.oneof({ weight: 3, arbitrary: fc.constant(usual[step]) }, { weight: 1, arbitrary: odd })
    return fc.array(reply, { minLength: 2, maxLength: 2 })
  }
  const codes = fc.record({
    MAIL: repliesTo('MAIL'),
    RCPT: repliesTo('RCPT'),
    DATA: repliesTo('DATA'),
    '.': repliesTo('.'),
    RSET: repliesTo('RSET'),
  })
  const writings: ((code: number) => string)[] = [
    plain,
    code => `\r\n${plain(code)}`,
    code => `${code}-so\r\n${code} be it\r\n`,
    code => `${code}\r\n`,
    code => `${code - (code % 100)}-so\r\n${code} be it\r\n`,
    code => `${code} ${'so be it '.repeat(500)}\r\n`,
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ways), codes, fc.constantFrom(...writings), (way, codes, write) =>
      isSafe({ way, codes, write }),
    ),
    { numRuns: 500 },
  )
})

it.each([
  ['MAIL', 200],
  ['RCPT', 251],
  ['RCPT', 252],
  ['RCPT', 254],
  ['DATA', 300],
  ['.', 200],
  ['.', 299],
  ['greeting', 250],
  ['EHLO', 220],
] as const)('a mail is taken by a server that answers %s with %i', async (step, code) => {
  for (const way of ways) {
    const { first, second } = await converse({ way, codes: { [step]: [code, code] }, write: plain })
    expect([first, second]).toMatchObject([{ result: 'accepted' }, { result: 'accepted' }])
  }
})
