// What is behind an error of OpenSSL or Node in a handshake, and behind a certificate that is refused.
import type { Cause } from './causes'

type Named = { cause: Cause; detail: Record<string, string> }

/** A handshake that came to no certificate. */
export function tlsCause({ code, message }: { code: string; message: string }): Named {
  const plain =
    /wrong version number|packet length too long|http request|bad record type|not ssl|WRONG_VERSION_NUMBER/i
  if (plain.test(message) || plain.test(code)) return { cause: 'tls-not-spoken', detail: { code } }
  const alert = Number(/alert number (\d+)/.exec(message)?.[1])
  // unrecognized_name (RFC 6066 §3): the server has no certificate for this name, so it shows none.
  if (alert === 112) return { cause: 'certificate-name-mismatch', detail: { code, reason: 'sni' } }
  // internal_error (RFC 8446 §6.2).
  if (alert === 80) return { cause: 'protocol-error', detail: { code, reply: message, reason: 'busy' } }
  if (alert && !aboutVersion.includes(alert))
    return { cause: 'protocol-error', detail: { code, reply: message } }
  return { cause: 'tls-version', detail: { code, reply: message } }
}

/** handshake_failure, illegal_parameter, protocol_version, insufficient_security, inappropriate_fallback. */
const aboutVersion = [40, 47, 70, 71, 86]

/** What is wrong with a certificate, by the code that OpenSSL or Node gives it. */
export function certificateCause(code: string): Cause {
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return 'certificate-self-signed'
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return 'certificate-expired'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'certificate-name-mismatch'
  // Also SELF_SIGNED_CERT_IN_CHAIN, which only means a private root.
  return 'certificate-untrusted'
}
