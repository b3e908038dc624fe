// Further questions to a server after a failed test mail, for what the dialogue alone cannot tell apart.
import type { Socket } from 'node:net'
import type { Cause } from './causes'
import { protocolOf } from './classify'
import { ehloName } from './ehlo-name'
import { handshake } from './encryption'
import type { Network, Stage } from './outcome'
import { SubmissionRecord } from './protocol'
import { connectTo } from './reach'
import type { Classification } from './replies'
import type { MailServerSecrets, MailServerSettings } from './settings'

/** All probes run side by side, each step of them at most this many seconds: an answer within 15 in all. */
const patience = 2

type Answer = {
  protocol: 'smtp' | 'http' | 'imap' | 'pop3' | 'ssh' | 'unknown' | 'silent'
  startTls: boolean
}

/** What a port speaks that the dialogue did not expect, as the cause that it explains. */
type Meaning = { cause: Cause; detail: Record<string, string>; seen: string }
type OtherPort = { openPort: string; openEncryption: string }

/** The two questions, each asked when somebody first wants to know, and only once. */
export type Probes = { here(): Promise<Meaning | null>; elsewhere(): Promise<OtherPort | null> }

/** Gets the questions ready. Nothing is asked yet. */
export function probesOf(settings: MailServerSettings, secrets: MailServerSecrets, network: Network): Probes {
  const ask: Ask = (port, tls, speakFirst = false) =>
    question({ ...settings, port, timeoutSeconds: patience }, secrets, network, tls, speakFirst)
  let here: Promise<Meaning | null> | undefined
  let elsewhere: Promise<OtherPort | null> | undefined
  return {
    here() {
      here ??= meaningOf(settings, ask)
      return here
    },
    elsewhere() {
      elsewhere ??= otherPort(settings, ask, network.usualPorts ?? [587, 465, 2525, 25])
      return elsewhere
    },
  }
}

/**
 * Returns the classification made more exact: what answered instead of SMTP, whether the port wants TLS
 * from the first byte, and whether another usual port answers (`openPort`, `openEncryption`).
 */
export async function probe(
  named: Classification,
  stage: Stage,
  { port }: MailServerSettings,
  probes: Probes,
  record: SubmissionRecord,
): Promise<Classification> {
  const unclear = isUnclear(named, stage)
  const elsewhere = ['connection-refused', 'connect-timeout', 'not-smtp', 'starttls-not-offered']
  if (!unclear && !elsewhere.includes(named.cause)) return named
  const asking = probes.elsewhere()
  const meaning = unclear ? await probes.here() : null
  if (unclear) record.note(`Probed port ${port}: ${meaning?.seen ?? 'no answer that tells more'}`)
  const exact = meaning
    ? { ...named, cause: meaning.cause, detail: { ...named.detail, ...meaning.detail } }
    : named
  // The port is right then, and only its encryption wrong.
  if (exact.cause === 'tls-expected' || exact.detail.starttls === 'yes') return exact
  const other = await asking
  if (other) record.note(`Port ${other.openPort} of the same host answers`)
  return { ...exact, detail: { ...exact.detail, ...other } }
}

type Ask = (port: number, tls: boolean, speakFirst?: boolean) => Promise<Answer | null>

/** Silence, a cut or garbage around greeting and handshake can mean any other protocol. */
const isUnclear = ({ cause }: Classification, stage: Stage) =>
  cause === 'greeting-timeout' ||
  cause === 'tls-not-spoken' ||
  cause === 'tls-expected' ||
  (cause === 'connection-lost-before-data' && (stage === 'greeting' || stage === 'tls')) ||
  (cause === 'not-smtp' && stage === 'greeting')

/** Speaks to the port in clear and over TLS, waiting for a banner and asking like a browser; the first telling answer decides. */
function meaningOf({ port, encryption }: MailServerSettings, ask: Ask): Promise<Meaning | null> {
  const overTls = encryption === 'implicit-tls'
  const meant = (cause: Cause, detail: Record<string, string>, seen: string) => ({ cause, detail, seen })
  const asking = [false, true].flatMap(tls =>
    [false, true].map(async speakFirst => {
      const answer = await ask(port, tls, speakFirst)
      const said = answer?.protocol ?? 'silent'
      if (said === 'silent' || said === 'unknown') return null
      const way = `${tls ? 'over TLS' : 'in clear'}${speakFirst ? ' to an HTTP request' : ''}`
      if (said !== 'smtp') return meant('not-smtp', { answered: said }, `${way}, ${said} answers`)
      if (tls === overTls || speakFirst) return null
      if (tls) return meant('tls-expected', {}, `${way}, SMTP answers`)
      return meant('tls-not-spoken', { starttls: answer?.startTls ? 'yes' : 'no' }, `${way}, SMTP answers`)
    }),
  )
  return firstTelling(asking)
}

/** The first value that is not null, as soon as it is there; null when all are. */
function firstTelling<T>(asking: Promise<T | null>[]): Promise<T | null> {
  return new Promise(resolve => {
    for (const one of asking) one.then(value => value !== null && resolve(value))
    Promise.all(asking).then(() => resolve(null))
  })
}

/** Connects anew and looks at the first thing that comes back. Null: no connection, or no TLS where asked. */
async function question(
  settings: MailServerSettings,
  secrets: MailServerSecrets,
  network: Network,
  tls: boolean,
  speakFirst: boolean,
): Promise<Answer | null> {
  let socket: Socket | undefined
  try {
    socket = await connectTo(settings, secrets, new SubmissionRecord(), network.lookup)
    // Only a banner is read and nothing secret is said, so the certificate does not matter here.
    if (tls) socket = await handshake(socket, settings)
    if (speakFirst) socket.write('GET / HTTP/1.0\r\n\r\n')
    const banner = await listen(socket, /\n/)
    if (banner === '') return { protocol: 'silent', startTls: false }
    if (!/^220[ -]/.test(banner))
      return { protocol: protocolOf(banner) as Answer['protocol'], startTls: false }
    if (speakFirst) return { protocol: 'smtp', startTls: false }
    socket.write(`EHLO ${ehloName(settings)}\r\n`)
    const capabilities = await listen(socket, /^\d{3} [^\n]*\n/m)
    socket.end('QUIT\r\n')
    return { protocol: 'smtp', startTls: /^250[ -]STARTTLS/im.test(capabilities) }
  } catch {
    return null
  } finally {
    socket?.destroy()
  }
}

/** What arrives until the pattern matches, the other side closes, or patience ends. */
function listen(socket: Socket, until: RegExp) {
  return new Promise<string>(resolve => {
    let text = ''
    const done = () => {
      clearTimeout(timer)
      socket.off('data', onData)
      socket.off('close', done)
      resolve(text)
    }
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (until.test(text) || text.length > 8192) done()
    }
    const timer = setTimeout(done, patience * 1000)
    socket.on('data', onData)
    socket.once('close', done)
    socket.resume()
  })
}

/** The first usual submission port beside the configured one that answers like a mail server. */
async function otherPort(
  { port, encryption }: MailServerSettings,
  ask: Ask,
  usualPorts: number[],
): Promise<OtherPort | null> {
  const candidates = usualPorts.filter(usual => usual !== port)
  const answers = await Promise.all(
    candidates.map(candidate =>
      firstTelling([
        ask(candidate, true).then(answer => (answer?.protocol === 'smtp' ? 'implicit-tls' : null)),
        ask(candidate, false).then(answer => {
          if (answer?.protocol !== 'smtp') return null
          if (answer.startTls) return 'starttls'
          return encryption === 'none' ? 'none' : null
        }),
      ]),
    ),
  )
  const at = answers.findIndex(answer => answer !== null)
  return at < 0 ? null : { openPort: String(candidates[at]), openEncryption: answers[at] ?? '' }
}
