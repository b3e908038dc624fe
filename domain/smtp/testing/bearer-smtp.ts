// An SMTP server for tests that wants OAUTHBEARER (RFC 7628), which no SMTP server library speaks.
import type { Socket } from 'node:net'
import tls from 'node:tls'
import type { TestCertificate } from './certificates'
import { type RawServer, startRawServer } from './raw-server'

type BearerSmtp = RawServer & {
  /** The decoded responses of clients, in order. */
  responses: string[]
  /** What clients answered to the refusal, decoded. */
  afterRefusal: string[]
}

/** TLS from the first byte. Takes every mail of who brings a token that is accepted. */
export async function startBearerSmtp(
  certificate: TestCertificate,
  accepts: (token: string) => boolean,
): Promise<BearerSmtp> {
  const responses: string[] = []
  const afterRefusal: string[] = []
  const server = await startRawServer(serve, {
    server: tls.createServer({ key: certificate.key, cert: certificate.cert }),
  })
  return { ...server, responses, afterRefusal }

  function serve(socket: Socket) {
    const say = (...lines: string[]) => socket.write(lines.map(line => `${line}\r\n`).join(''))
    let pending = ''
    let next: (line: string) => void = command
    socket.on('data', chunk => {
      pending += chunk.toString('latin1')
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end)
        pending = pending.slice(end + 2)
        next(line)
      }
    })
    say('220 bearer.latchkey.test ESMTP')

    function command(line: string) {
      const [word = '', mechanism, initial] = line.split(' ')
      if (word === 'EHLO') say('250-bearer', '250-SIZE 100000', '250 AUTH OAUTHBEARER')
      else if (word === 'AUTH' && mechanism !== 'OAUTHBEARER') say('504 5.5.4 Unrecognized mechanism')
      else if (word === 'AUTH' && initial) check(initial)
      else if (word === 'AUTH') {
        say('334 ')
        next = check
      } else if (word === 'DATA') {
        say('354 Go ahead')
        next = content
      } else if (word === 'QUIT') socket.end('221 Bye\r\n')
      else say('250 OK')
    }
    function check(response: string) {
      const text = Buffer.from(response, 'base64').toString()
      responses.push(text)
      next = command
      const fields = text.split('\x01')
      const token = fields.find(field => field.startsWith('auth=Bearer '))?.slice('auth=Bearer '.length)
      if (text.endsWith('\x01\x01') && accepts(token ?? '')) return say('235 2.7.0 Accepted')
      const challenge = { status: 'invalid_token', scope: 'mail', schemes: 'bearer' }
      say(`334 ${Buffer.from(JSON.stringify(challenge)).toString('base64')}`)
      next = line => {
        afterRefusal.push(Buffer.from(line, 'base64').toString())
        next = command
        say('535 5.7.8 The token is not valid')
      }
    }
    function content(line: string) {
      if (line !== '.') return
      next = command
      say('250 OK: queued as BEARER1')
    }
  }
}
