// Does a mail server answer there? Only greeting, EHLO and STARTTLS are exchanged: nobody logs in, nothing is sent.
import type { Cause } from '@/domain/smtp/causes'
import { noProgress, openDialogue } from '@/domain/smtp/dialogue'
import { SubmissionError } from '@/domain/smtp/failure'
import type { Network } from '@/domain/smtp/outcome'
import { Protocol } from '@/domain/smtp/protocol'
import { noSecrets, plainSettings } from '@/domain/smtp/settings'
import { certificateCause } from '@/domain/smtp/tls-causes'
import type { Place } from './find-provider'

/** Seconds that one step of a dialogue may take. */
const patience = 3

type Target = Pick<Place, 'host' | 'port' | 'encryption'>

/** A certificate that does not vouch for the host, and the names that it is for, with commas. */
export type CertificateProblem = { cause: Cause; names: string }

export type Answer = {
  /** Whether SMTP is spoken there, with the encryption that was asked for. */
  answered: boolean
  certificate: CertificateProblem | null
}

export type AskingNetwork = Pick<Network, 'lookup' | 'trustedCa' | 'publicOnly'>

const no: Answer = { answered: false, certificate: null }

/** Asks one place. What has not been answered when the signal aborts counts as no answer. */
export async function ask(target: Target, network: AskingNetwork, signal: AbortSignal): Promise<Answer> {
  try {
    return await inTime(speak(target, network, signal), signal)
  } catch (error) {
    if (error instanceof SubmissionError || signal.aborted) return no
    throw error
  }
}

async function speak(target: Target, network: AskingNetwork, signal: AbortSignal): Promise<Answer> {
  const protocol = new Protocol()
  try {
    await talk(target, network, signal, protocol)
    return { answered: true, certificate: null }
  } catch (error) {
    const failure = error instanceof SubmissionError ? error.failure : null
    if (failure?.kind !== 'certificate') throw error
    const { code, detail } = failure
    const certificate = { cause: certificateCause(code), names: detail.certificateFor ?? '' }
    // STARTTLS was offered in SMTP. Within TLS nothing has been said yet: whether it is SMTP is seen by going on
    // with this very certificate.
    if (target.encryption === 'implicit-tls') {
      const shown = protocol.finish().find(({ stage }) => stage === 'tls')?.facts.fingerprint
      await talk(target, network, signal, new Protocol(), String(shown))
    }
    return { answered: true, certificate }
  }
}

/** The dialogue of every mail, up to where one would log in. */
async function talk(
  { host, port, encryption }: Target,
  { lookup, trustedCa, publicOnly }: AskingNetwork,
  signal: AbortSignal,
  protocol: Protocol,
  pinnedCertificate: string | null = null,
) {
  const settings = {
    ...plainSettings({ host, port }),
    encryption,
    trustedCa: trustedCa ?? null,
    pinnedCertificate,
    timeoutSeconds: patience,
  }
  const progress = noProgress()
  const abort = () => progress.socket?.destroy()
  signal.addEventListener('abort', abort, { once: true })
  try {
    const { wire } = await openDialogue(settings, noSecrets, protocol, progress, {
      lookup,
      publicOnly,
      signal,
    })
    void wire.quit()
  } catch (error) {
    progress.socket?.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** A resolver cannot be interrupted, and is not waited for either. */
function inTime<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(signal.reason)
    if (signal.aborted) return late()
    signal.addEventListener('abort', late, { once: true })
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
}
