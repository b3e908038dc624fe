// A process with an SMTP server that fails in every way there is, when it is told to. It keeps, for each
// Message-ID, how often it had the complete message and what it said to that.
import { createServer, type Socket } from 'node:net'
import { type Phase, phases } from './smtp-phases'

/** `drop` is before the reply, `drop-after` right after it; `half` is the first half of it, and then the end. */
const ways = ['drop', 'drop-after', '421', '451', 'stall', 'half'] as const
type Fault = { at: Phase; how: (typeof ways)[number] }

export type SmtpBehaviour = {
  /** Of a hundred connections and mails, how many meet the next fault of all there are, in turn */
  faults?: number
  /** Of a hundred mails, how many are answered 421 or 451 somewhere */
  temporary?: number
  /** Milliseconds that a stalled reply takes: more than its client's patience */
  stall?: number
  /** Milliseconds to the reply to a message */
  delay?: number
  /** Takes every message, and says nothing */
  silent?: boolean
  /** As soon as a connection comes so far, the whole server is gone as if it were killed, until `away` is null */
  fallsAt?: Phase | null
  /** `closed`: nobody listens; `reset`: whoever connects is thrown out at once */
  away?: 'closed' | 'reset' | null
  /** What every message is answered */
  answer?: string | null
  /** Hangs up on everybody, in good order */
  hangUp?: boolean
  /** Forgets the peak of connections so far */
  newPeak?: boolean
}

/** How often a message came in complete, how often it was answered 250 or refused, to whom it went and what it names. */
export type Receipt = {
  complete: number
  accepted: number
  refused: number
  links: string[]
  recipients: string[]
  names: string[]
}
export type SmtpReport = {
  receipts: Record<string, Receipt>
  /** How often each fault happened */
  faults: Record<string, number>
  connections: number
  /** Connections that were thrown out */
  thrownOut: number
  /** How often it fell */
  falls: number
  open: number
  peak: number
}

const every: Fault[] = phases.flatMap(at =>
  (at === 'content' ? (['drop'] as const) : ways).map((how): Fault => ({ at, how })),
)
const ofConnections = every.filter(({ at }) => at === 'greeting' || at === 'ehlo')
const ofMails = every.filter(({ at }) => at !== 'greeting' && at !== 'ehlo')
const nameOf = ({ at, how }: Fault) => `${at}:${how}`

const behaviour: SmtpBehaviour = {}
const noReceipt = (): Receipt => ({
  complete: 0,
  accepted: 0,
  refused: 0,
  links: [],
  recipients: [],
  names: [],
})
const receipts: Record<string, Receipt> = {}
const faults = Object.fromEntries(every.map(fault => [nameOf(fault), 0]))
const open = new Set<Socket>()
let connections = 0
let thrownOut = 0
let falls = 0
let peak = 0
let turns = { connections: 0, mails: 0 }

/** The next in turn of the faults that were met least, for as many as are to have one: one that comes of nothing comes again. */
function draw(list: Fault[], what: keyof typeof turns): Fault | null {
  if (Math.random() * 100 < (behaviour.faults ?? 0)) {
    turns = { ...turns, [what]: turns[what] + 1 }
    const met = (fault: Fault) => faults[nameOf(fault)] ?? 0
    const least = Math.min(...list.map(met))
    const rarest = list.filter(fault => met(fault) === least)
    return rarest[turns[what] % rarest.length] ?? null
  }
  if (what === 'mails' && Math.random() * 100 < (behaviour.temporary ?? 0)) {
    const at = (['mail', 'rcpt', 'data', 'end'] as const)[Math.floor(Math.random() * 4)] ?? 'mail'
    return { at, how: Math.random() < 0.5 ? '421' : '451' }
  }
  return null
}

function addNew(all: string[], more: string[]): void {
  for (const one of more) if (!all.includes(one)) all.push(one)
}

const replies: Record<string, string> = {
  greeting: '220 chaos.latchkey.test ESMTP',
  ehlo: '250-chaos.latchkey.test\r\n250-PIPELINING\r\n250-SIZE 26214400\r\n250 8BITMIME',
  mail: '250 2.1.0 OK',
  rcpt: '250 2.1.5 OK',
  data: '354 Go ahead',
  end: '250 2.0.0 Accepted',
}
const temporary = { '421': '421 4.3.2 Shutting down', '451': '451 4.3.0 Try again later' }
const endOfMessage = '\r\n.\r\n'

function serve(socket: Socket): void {
  connections += 1
  socket.on('error', () => {})
  if (behaviour.away) {
    thrownOut += 1
    socket.resetAndDestroy()
    return
  }
  open.add(socket)
  peak = Math.max(peak, open.size)
  const gone = () => open.delete(socket)
  socket.on('close', gone).on('end', gone)
  let received = ''
  let inMessage = false
  let busy = false
  let pending = ''
  let ofConnection = draw(ofConnections, 'connections')
  let ofMail: Fault | null = null
  /** What of the envelope was taken */
  let envelope: 'none' | 'sender' | 'recipient' = 'none'
  let recipient = ''

  const flush = () => {
    if (pending && socket.writable) socket.write(pending)
    pending = ''
  }
  const leave = () => {
    flush()
    busy = true
    open.delete(socket)
    socket.end()
    setTimeout(() => socket.destroy(), 1_000).unref()
  }

  /** Takes the fault of this step, if there is one, so that it happens once. */
  function faultAt(at: Phase): Fault['how'] | null {
    const fault = [ofConnection, ofMail].find(one => one?.at === at)
    if (!fault) return null
    if (fault === ofConnection) ofConnection = null
    else ofMail = null
    const name = nameOf(fault)
    faults[name] = (faults[name] ?? 0) + 1
    return fault.how
  }

  /** Says the reply of a step, or what its fault makes of it. */
  function answer(at: Phase, said: (code: string) => void = () => {}, reply = replies[at] ?? ''): void {
    if (behaviour.fallsAt === at) {
      // Of what was complete it may have been sure already.
      said(reply)
      busy = true
      fall()
      return
    }
    const how = faultAt(at)
    if (how === null) {
      pending += `${reply}\r\n`
      said(reply)
      return
    }
    if (how === '421' || how === '451') {
      pending += `${temporary[how]}\r\n`
      said(how)
      if (how === '421' || at === 'greeting') leave()
      return
    }
    if (how === 'stall') {
      flush()
      busy = true
      setTimeout(() => {
        busy = false
        // Whoever no longer waits for it has been answered all the same: the mail was taken.
        said(reply)
        if (!socket.writable) return
        pending += `${reply}\r\n`
        proceed()
      }, behaviour.stall ?? 3_000)
      return
    }
    if (how === 'half') pending += reply.slice(0, Math.ceil(reply.length / 2))
    if (how === 'drop-after') {
      pending += `${reply}\r\n`
      said(reply)
    }
    if (how !== 'drop') {
      leave()
      return
    }
    flush()
    busy = true
    open.delete(socket)
    socket.resetAndDestroy()
  }

  /** Takes the message out of what came in, once it is complete. @returns whether it was */
  function takeMessage(): boolean {
    if ((ofMail?.at === 'content' || behaviour.fallsAt === 'content') && received.length > 0) {
      answer('content')
      return false
    }
    const end = received.indexOf(endOfMessage)
    if (end < 0) return false
    inMessage = false
    envelope = 'none'
    const message = received.slice(0, end)
    received = received.slice(end + endOfMessage.length)
    const id = /^message-id: *(\S+)/im.exec(message)?.[1] ?? ''
    const receipt = receipts[id] ?? noReceipt()
    receipts[id] = receipt
    receipt.complete += 1
    const words = message.replaceAll('=\r\n', '')
    const link = /https?:\/\/[^\s"<>]+\/(?:activate|alarm)\/[\w-]+/.exec(words)?.[0] ?? ''
    addNew(receipt.links, [link])
    addNew(receipt.recipients, [recipient])
    addNew(receipt.names, words.match(/\bdevice-\d+\b/g) ?? [])
    const note = (reply: string) => {
      if (reply.startsWith('2')) receipt.accepted += 1
      else receipt.refused += 1
    }
    const reply = () => answer('end', note, behaviour.answer ?? replies.end)
    if (behaviour.silent) {
      busy = true
      return false
    }
    if (!behaviour.delay) {
      reply()
      return true
    }
    busy = true
    setTimeout(() => {
      busy = false
      if (!socket.writable) return
      reply()
      proceed()
    }, behaviour.delay)
    return false
  }

  /** @returns whether there was a whole line */
  function takeCommand(): boolean {
    const end = received.indexOf('\r\n')
    if (end < 0) return false
    const line = received.slice(0, end)
    const command = line.slice(0, 4).toLowerCase()
    received = received.slice(end + 2)
    if (command === 'ehlo') answer('ehlo')
    else if (command === 'mail') {
      envelope = 'none'
      ofMail = draw(ofMails, 'mails')
      answer('mail', reply => {
        if (reply.startsWith('2')) envelope = 'sender'
      })
    } else if (command === 'rcpt' && envelope === 'sender')
      answer('rcpt', reply => {
        if (!reply.startsWith('2')) return
        envelope = 'recipient'
        recipient = /<(.*?)>/.exec(line)?.[1] ?? ''
      })
    else if (command === 'data' && envelope === 'recipient')
      answer('data', reply => {
        inMessage = reply.startsWith('3')
      })
    else if (command === 'rcpt' || command === 'data') pending += '503 5.5.1 Bad sequence of commands\r\n'
    else if (command === 'quit') {
      pending += '221 2.0.0 Bye\r\n'
      leave()
    } else pending += '250 2.0.0 OK\r\n'
    return true
  }

  function proceed(): void {
    while (!busy && (inMessage ? takeMessage() : takeCommand()));
    if (!busy) flush()
  }

  socket.setNoDelay(true)
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received += text
    proceed()
  })
  answer('greeting')
  if (!busy) flush()
}

function fall(): void {
  falls += 1
  behaviour.fallsAt = null
  behaviour.away = 'closed'
  server.close()
  for (const socket of open) socket.resetAndDestroy()
}

const server = createServer(serve)
const listen = (port: number) =>
  new Promise<number>(resolve => {
    server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })

type Request = { id: number; ask: 'behave' | 'report'; behaviour?: SmtpBehaviour }

async function behave(wanted: SmtpBehaviour): Promise<void> {
  const { newPeak, hangUp, ...rest } = wanted
  Object.assign(behaviour, rest)
  if (newPeak) peak = open.size
  if (hangUp) for (const socket of open) socket.end()
  if (wanted.away) for (const socket of open) socket.resetAndDestroy()
  if (wanted.away === 'closed' && server.listening) server.close()
  else if (wanted.away !== undefined && wanted.away !== 'closed' && !server.listening) await listen(port)
}

process.on('disconnect', () => process.exit())
process.on('message', async ({ id, ask, behaviour: wanted }: Request) => {
  if (ask === 'behave') await behave(wanted ?? {})
  const report: SmtpReport = { receipts, faults, connections, thrownOut, falls, open: open.size, peak }
  process.send?.({ id, answer: ask === 'report' ? report : null })
})
const port = await listen(0)
process.send?.({ event: { port } })
