// How a submission can break off, as facts. What they mean for a person is decided in classify.ts.
import type { Cause } from './causes'
import type { SmtpReply } from './outcome'

export type Failure =
  /** The server said no, or something that the step does not allow. */
  | { kind: 'reply'; reply: SmtpReply }
  /** What came is not an SMTP reply at all. */
  | { kind: 'nonsense'; text: string }
  | { kind: 'timeout' }
  /** The connection ended, with the socket's error code if there was one. */
  | { kind: 'closed'; code: string | null }
  /** No connection came about: the code of the resolver or of the socket. */
  | { kind: 'network'; code: string }
  /** The proxy could not be reached, did not open the tunnel, or did not accept the login. */
  | { kind: 'proxy'; reason: 'silent' | 'refused' | 'login'; text: string }
  /** The TLS handshake failed before there was a certificate to judge. */
  | { kind: 'tls'; code: string; message: string }
  /** The handshake succeeded but the certificate does not vouch for this host. */
  | { kind: 'certificate'; code: string; detail: Record<string, string> }
  /** A rule of ours stopped the dialogue. */
  | { kind: 'decided'; cause: Cause; permanent: boolean; detail: Record<string, string> }

/** Carries a failure up to `submit`, which turns it into an outcome. */
export class SubmissionError extends Error {
  override name = 'SubmissionError'
  constructor(readonly failure: Failure) {
    super(failure.kind)
  }
}

export const decided = (cause: Cause, detail: Record<string, string> = {}, permanent = false) =>
  new SubmissionError({ kind: 'decided', cause, permanent, detail })
