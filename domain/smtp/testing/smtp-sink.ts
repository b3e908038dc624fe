// A real SMTP server for tests: keeps the mails it gets, and fails in the way it is told to.
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { TestCertificate } from './certificates'

export type SinkStep = 'connect' | 'auth' | 'mail-from' | 'rcpt-to' | 'data'
export type SinkRefusal = { code: number; text: string }
export type SinkMail = { from: string; to: string[]; raw: string }

export type SinkOptions = {
  port?: number
  /** Address to listen on; both families of `localhost` need two sinks. */
  host?: string
  /** `starttls` offers it, `implicit` speaks TLS from the first byte; both need `certificate`. */
  tls?: 'none' | 'starttls' | 'implicit'
  certificate?: TestCertificate
  /** The only login that is accepted; without it AUTH is not offered. */
  login?: { username: string; password: string }
  /** In place of `login`: the access tokens that are accepted, by XOAUTH2. */
  acceptsToken?: (token: string, username: string) => boolean
  mechanisms?: string[]
  allowAuthInClear?: boolean
  /** Requires a login before MAIL. */
  loginRequired?: boolean
  /** The reply of a step. `data` refuses after the content. May be changed while the sink runs. */
  refuse?: Partial<Record<SinkStep, SinkRefusal>>
  /** Milliseconds that a step waits before it answers. */
  delay?: Partial<Record<SinkStep, number>>
  /** Cuts the connection at a step; `data` means after the final dot, with no reply. */
  drop?: SinkStep
  /** Holds the reply of a step until `release()` is called. */
  hold?: SinkStep
  /** After so many senders over one connection, each further one is put off with 450. */
  sendersPerConnection?: number
  /** Largest message that is accepted, announced by SIZE. */
  size?: number
  utf8?: boolean
}

export type SmtpSink = Awaited<ReturnType<typeof startSmtpSink>>

/** Starts on a free port of the loopback address. `options` may be changed while it runs. */
export async function startSmtpSink(options: SinkOptions = {}) {
  const { host = '127.0.0.1', tls = 'none', certificate, login } = options
  const mails: SinkMail[] = []
  const waiting: ((mail: SinkMail) => void)[] = []
  const reached: SinkStep[] = []
  const held: (() => void)[] = []
  const senders = new Map<string, number>()
  let onHeld: () => void = () => {}

  const server: SMTPServer = new SMTPServer({
    ...(certificate && { key: certificate.key, cert: certificate.cert }),
    name: 'sink.latchkey.test',
    secure: tls === 'implicit',
    size: options.size,
    disabledCommands: [
      ...(tls === 'starttls' ? [] : ['STARTTLS']),
      ...(login || options.acceptsToken ? [] : ['AUTH']),
    ],
    authMethods: options.mechanisms ?? (options.acceptsToken ? ['XOAUTH2'] : ['PLAIN', 'LOGIN']),
    authOptional: !options.loginRequired,
    allowInsecureAuth: options.allowAuthInClear,
    hideSMTPUTF8: options.utf8 === false,
    // The texts of tests bring their own codes.
    hideENHANCEDSTATUSCODES: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onConnect: (session, done) => act('connect', session, done),
    onAuth: (auth, session, done) =>
      act('auth', session, error => {
        if (error) return done(error)
        if (auth.method === 'XOAUTH2') {
          const { accessToken = '', username = '' } = auth
          if (options.acceptsToken?.(accessToken, username)) return done(null, { user: username })
          return done(null, {
            data: { status: '400', schemes: 'Bearer', scope: 'https://mail.example.org/' },
          })
        }
        // CRAM-MD5 and friends bring a proof in place of the password.
        const known = login && auth.username === login.username
        const proven = auth.password
          ? auth.password === login?.password
          : auth.validatePassword(login?.password ?? '')
        if (known && proven) return done(null, { user: auth.username })
        done(refusal({ code: 535, text: '5.7.8 Authentication credentials invalid' }))
      }),
    onMailFrom: (_address, session, done) => {
      senders.set(session.id, (senders.get(session.id) ?? 0) + 1)
      const tooMany =
        (senders.get(session.id) ?? 0) > (options.sendersPerConnection ?? Number.POSITIVE_INFINITY)
      if (tooMany) return done(refusal({ code: 450, text: '4.7.1 Too many mails over this connection' }))
      act('mail-from', session, done)
    },
    onRcptTo: (_address, session, done) => act('rcpt-to', session, done),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () =>
        act('data', session, error => {
          if (error) return done(error)
          const { mailFrom, rcptTo } = session.envelope
          const mail = {
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks).toString('utf8'),
          }
          mails.push(mail)
          done(null, `OK: queued as TEST${mails.length}`)
          for (const wake of waiting.splice(0)) wake(mail)
        }),
      )
    },
  })
  server.on('error', () => {}) // a client that leaves early is what many tests are about

  const act = (step: SinkStep, session: SMTPServerSession, done: (error?: Error | null) => void) => {
    reached.push(step)
    if (options.drop === step) return socketOf(session)?.destroy()
    const refused = options.refuse?.[step]
    const answer = () => done(refused ? refusal(refused) : null)
    if (options.hold === step) {
      held.push(answer)
      onHeld()
    } else if (options.delay?.[step]) setTimeout(answer, options.delay[step])
    else answer()
  }
  const socketOf = ({ id }: SMTPServerSession) =>
    [...(server.connections as Set<{ id: string; _socket: Socket }>)].find(one => one.id === id)?._socket

  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  return {
    host,
    port: (server.server.address() as AddressInfo).port,
    options,
    mails,
    /** The steps that clients have reached, in order. */
    reached,
    /** The next mail that comes in. */
    waitForMail: () => new Promise<SinkMail>(resolve => waiting.push(resolve)),
    /** Resolves when a client waits at the step of `hold`. */
    waitForHold: () =>
      held.length > 0 ? Promise.resolve() : new Promise<void>(resolve => (onHeld = resolve)),
    /** Answers everybody who is held, and stops holding. */
    release() {
      options.hold = undefined
      for (const answer of held.splice(0)) answer()
    },
    close: () =>
      new Promise<void>(resolve => {
        for (const one of server.connections as Set<{ _socket: Socket }>) one._socket.destroy()
        server.close(() => resolve())
      }),
  }
}

const refusal = ({ code, text }: SinkRefusal) => Object.assign(new Error(text), { responseCode: code })
