// While a server keeps silent: further questions beside the waiting, so that a test mail need not wait it out.
import { decided } from './failure'
import type { Probes } from './probe'
import type { SubmissionRecord } from './protocol'
import type { MailServerSettings } from './settings'

/** Milliseconds of silence before anything is asked: a server that is merely slow never sees a question. */
const silence = 3000

type Step = 'connect' | 'tls' | 'greeting'

/** Waits for a step of the dialogue. May reject before the step does, when something else tells the cause. */
export type Beside = <T>(step: Step, waiting: Promise<T>) => Promise<T>

export const withNobodyBeside: Beside = (_step, waiting) => waiting

/**
 * Asks the port and its neighbours once a step has kept silent for three seconds. If they tell for sure what
 * is wrong, the waiting ends with that; if the step ends first, it is as if nothing had been asked.
 */
export function askBeside(probes: Probes, settings: MailServerSettings, record: SubmissionRecord): Beside {
  return async (step, waiting) => {
    let timer: NodeJS.Timeout | undefined
    const told = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(async () => {
        // The name server may be the silent one; and whether a proxy answers, another port does not tell.
        if (record.phase !== step || (step === 'connect' && settings.proxy)) return
        probes.elsewhere()
        if (step === 'connect') return
        const meaning = await probes.here()
        if (meaning) reject(decided(meaning.cause, meaning.detail))
      }, silence)
    })
    try {
      return await Promise.race([waiting, told])
    } finally {
      clearTimeout(timer)
    }
  }
}
