// How long each step of a dialogue may take.

/** Milliseconds. The minima of RFC 5321 §4.5.3.2 are in force from MAIL on. */
export type Patience = {
  /** Each step before a mail is named: name, connection, handshake, greeting, EHLO, login. And RSET. */
  step: number
  /** The reply to MAIL (§4.5.3.2.2). */
  sender: number
  /** The reply to RCPT (§4.5.3.2.3): the recipient may be looked up elsewhere. */
  recipient: number
  /** The go-ahead after DATA (§4.5.3.2.4). */
  goAhead: number
  /** Until the system takes another piece of the content (§4.5.3.2.5). */
  piece: number
  /** The reply to the final dot (§4.5.3.2.6): whoever gives up earlier sends copies of what is being delivered. */
  acceptance: number
  /** Somebody who watches is told each time the reply to the final dot has kept us waiting for so long. */
  notice: number
}

const minutes = (count: number) => count * 60_000

/**
 * The administrator's timeout is for one step. Nothing makes the wait after the final dot shorter; the steps
 * of the mail before it only somebody who watches a test mail, who learns then that the server is slow.
 */
export function patienceOf(timeoutSeconds: number, watched: boolean): Patience {
  const step = timeoutSeconds * 1000
  const atLeast = (minimum: number) => (watched ? step : Math.max(step, minimum))
  return {
    step,
    sender: atLeast(minutes(5)),
    recipient: atLeast(minutes(5)),
    goAhead: atLeast(minutes(2)),
    piece: atLeast(minutes(3)),
    acceptance: Math.max(step, minutes(10)),
    notice: 15_000,
  }
}
