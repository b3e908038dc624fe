// From what broke a submission off to one named cause: reply code first, then the phase, then the socket.
import type { Cause } from './causes'
import { concernOf } from './concern'
import type { Failure } from './failure'
import { type Circumstances, shortened } from './meaning'
import type { SmtpReply, Stage } from './outcome'
import { type Classification, explainReply } from './replies'
import { certificateCause, tlsCause } from './tls-causes'
import { looksLikeTls } from './wire'

/** Names the one cause of a failure. `detail` holds what is needed to explain it. */
export function classify(failure: Failure, circumstances: Circumstances): Classification {
  if (failure.kind === 'reply') return explainReply(failure.reply, circumstances)
  const { cause, detail = {} } = nameOf(failure, circumstances)
  const concerns = concernOf(cause, circumstances.stage, null)
  const final = failure.kind === 'decided' && failure.permanent
  return { cause, concerns, permanent: final && concerns === 'mail', detail }
}

type Named = { cause: Cause; detail?: Record<string, string> }

function nameOf(failure: Exclude<Failure, { kind: 'reply' }>, circumstances: Circumstances): Named {
  if (failure.kind === 'decided') return failure
  if (circumstances.contentSent) return named('outcome-uncertain', { reason: failure.kind })
  switch (failure.kind) {
    case 'network':
      return networkCause(failure.code, circumstances.stage)
    case 'timeout':
      return timeoutCause(circumstances)
    case 'closed':
      return named('connection-lost-before-data', { stage: circumstances.stage, code: failure.code ?? '' })
    case 'nonsense':
      return nonsenseCause(failure.text, circumstances.stage)
    case 'proxy':
      return proxyCause(failure.reason, failure.text)
    case 'tls':
      return tlsCause(failure)
    case 'certificate':
      return named(certificateCause(failure.code), { ...failure.detail, code: failure.code })
  }
}

const named = (cause: Cause, detail: Record<string, string> = {}): Named => ({ cause, detail })

function networkCause(code: string, stage: Stage) {
  if (stage === 'dns')
    return named(code === 'EAI_AGAIN' || code === 'ETIMEOUT' ? 'dns-timeout' : 'dns-not-found', { code })
  // "No route", "network unreachable", "not permitted": to the administrator, the server cannot be reached.
  return named(code === 'ECONNREFUSED' ? 'connection-refused' : 'connect-timeout', { code })
}

function timeoutCause({ stage, encryption }: Circumstances) {
  if (stage === 'dns') return named('dns-timeout')
  if (stage === 'connect') return named('connect-timeout')
  // Nothing came after the connection stood. With implicit TLS the handshake is where that shows.
  const atFirst = stage === 'greeting' || (stage === 'tls' && encryption === 'implicit-tls')
  if (atFirst) return named('greeting-timeout')
  // It has taken the sender, and there is no firewall between two lines.
  if (stage === 'rcpt-to' || stage === 'data') return named('server-slow', { stage })
  return named('connection-lost-before-data', { stage, reason: 'timeout' })
}

/** Names the protocol by the first words of a server that does not speak SMTP. */
export function protocolOf(text: string): string {
  if (/^HTTP\/|^<(!doctype|html)/i.test(text)) return 'http'
  if (/^\* (OK|PREAUTH|BYE)/i.test(text)) return 'imap'
  if (/^\+OK|^-ERR/i.test(text)) return 'pop3'
  if (/^SSH-/.test(text)) return 'ssh'
  return 'unknown'
}

function nonsenseCause(text: string, stage: Stage) {
  if (looksLikeTls(text)) return named('tls-expected')
  if (stage === 'greeting') return named('not-smtp', { answered: protocolOf(text), reply: text })
  return named('protocol-error', { reply: text })
}

function proxyCause(reason: 'silent' | 'refused' | 'login', text: string) {
  if (reason === 'login') return named('proxy-auth', { reply: text })
  return named('proxy-unreachable', { reply: text, answered: reason === 'silent' ? 'no' : 'yes' })
}

/** The reply a failure carries, if any. */
export const replyOf = (failure: Failure): SmtpReply | null =>
  failure.kind === 'reply' ? shortened(failure.reply) : null
