// A process with the quickest SMTP server there can be in Node: it accepts everything at once and says
// when it did. The one of the tests will not do, for npm's `smtp-server` holds its greeting back for 100 ms.
import { type AddressInfo, createServer, type Socket } from 'node:net'

export type ReceivedMail = { from: string; to: string; raw: string }

/** `at` is of the clock that all processes of a machine share, in nanoseconds. */
export type Accepted = { at: string; mail: ReceivedMail }

/** Only counts, and says how many when it is asked: for thousands of mails a second. */
const quiet = process.argv[2] === 'quiet'
let count = 0

const endOfMessage = '\r\n.\r\n'

function serve(socket: Socket): void {
  let received = ''
  let inMessage = false
  let mail: ReceivedMail = { from: '', to: '', raw: '' }
  let replies = ''
  const say = (reply: string) => {
    replies += `${reply}\r\n`
  }
  const flush = () => {
    if (replies) socket.write(replies)
    replies = ''
  }

  /** Takes the message out of what came in, once it is complete. @returns whether it was */
  function takeMessage(): boolean {
    const end = received.indexOf(endOfMessage)
    if (end < 0) return false
    inMessage = false
    if (quiet) {
      count += 1
      received = received.slice(end + endOfMessage.length)
      say('250 2.0.0 Accepted')
      return true
    }
    mail.raw = `${received.slice(0, end)}\r\n`.replace(/^\.\./gm, '.')
    received = received.slice(end + endOfMessage.length)
    say('250 2.0.0 Accepted')
    process.send?.({ at: String(process.hrtime.bigint()), mail } satisfies Accepted)
    return true
  }

  /** @returns whether there was a whole line */
  function takeCommand(): boolean {
    const end = received.indexOf('\r\n')
    if (end < 0) return false
    const line = received.slice(0, end)
    received = received.slice(end + 2)
    const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
    const command = line.slice(0, 4).toUpperCase()
    if (command === 'MAIL') mail = { from: address, to: '', raw: '' }
    if (command === 'RCPT') mail.to = address
    inMessage = command === 'DATA'
    if (command === 'EHLO')
      say('250-sink.latchkey.test\r\n250-PIPELINING\r\n250-SIZE 26214400\r\n250 8BITMIME')
    else if (inMessage) say('354 Go ahead')
    else if (command === 'QUIT') {
      flush()
      socket.end('221 2.0.0 Bye\r\n')
    } else say('250 2.0.0 OK')
    return true
  }

  socket.setNoDelay(true)
  socket.setEncoding(quiet ? 'latin1' : 'utf8')
  socket.on('error', () => {})
  socket.on('data', (text: string) => {
    received += text
    while (inMessage ? takeMessage() : takeCommand());
    flush()
  })
  say('220 sink.latchkey.test ESMTP')
  flush()
}

process.on('disconnect', () => process.exit())
process.on('message', () => process.send?.({ count }))
const server = createServer(serve).listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
