// A process with the quickest SMTP server there can be in Node: it accepts everything at once and says
// when it did. The one of the tests will not do, for npm's `smtp-server` holds its greeting back for 100 ms.
import { type AddressInfo, createServer, type Socket } from 'node:net'

export type ReceivedMail = { from: string; to: string; raw: string }

/** `at` is of the clock that all processes of a machine share, in nanoseconds. */
export type Accepted = { at: string; mail: ReceivedMail }

const endOfMessage = '\r\n.\r\n'

function serve(socket: Socket): void {
  let received = ''
  let inMessage = false
  let mail: ReceivedMail = { from: '', to: '', raw: '' }
  const say = (reply: string) => socket.write(`${reply}\r\n`)

  /** Takes the message out of what came in, once it is complete. @returns whether it was */
  function takeMessage(): boolean {
    const end = received.indexOf(endOfMessage)
    if (end < 0) return false
    mail.raw = `${received.slice(0, end)}\r\n`.replace(/^\.\./gm, '.')
    received = received.slice(end + endOfMessage.length)
    inMessage = false
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
    if (command === 'EHLO') say('250-sink.latchkey.test\r\n250-SIZE 26214400\r\n250 8BITMIME')
    else if (inMessage) say('354 Go ahead')
    else if (command === 'QUIT') socket.end('221 2.0.0 Bye\r\n')
    else say('250 2.0.0 OK')
    return true
  }

  socket.setNoDelay(true)
  socket.setEncoding('utf8')
  socket.on('error', () => {})
  socket.on('data', (text: string) => {
    received += text
    while (inMessage ? takeMessage() : takeCommand());
  })
  say('220 sink.latchkey.test ESMTP')
}

process.on('disconnect', () => process.exit())
const server = createServer(serve).listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
