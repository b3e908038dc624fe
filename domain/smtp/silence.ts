// While a server keeps silent: what may be found out meanwhile, without a word to a server that is only slow.
import { decided } from './failure'
import type { Probes } from './probe'
import type { Protocol } from './protocol'
import type { MailServerSettings } from './settings'

/** Milliseconds of silence before anybody else is listened to. */
const silence = 2000

type Step = 'connect' | 'tls' | 'greeting'

/** Waits for a step of the dialogue. May reject before the step does, when something else tells the cause. */
export type Waiting = <T>(step: Step, answer: Promise<T>) => Promise<T>

export const waitAlone: Waiting = (_step, answer) => answer

/**
 * Listens to the neighbouring ports once a step has kept silent for two seconds. Nothing is said to anybody
 * as long as the greeting may come (RFC 5321 §4.3.1): servers shut out who talks first. The one exception is a
 * port where the client has the first word: spoken to in clear, it will never answer, and is asked by TLS.
 */
export function waitAndListen(probes: Probes, settings: MailServerSettings, protocol: Protocol): Waiting {
  return async (step, answer) => {
    let timer: NodeJS.Timeout | undefined
    const told = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(async () => {
        // The name server may be the silent one; and whether a proxy answers, another port does not tell.
        if (protocol.phase !== step || (step === 'connect' && settings.proxy)) return
        probes.listenElsewhere()
        if (step === 'greeting' && (await probes.wantsTls())) reject(decided('tls-expected'))
      }, silence)
    })
    try {
      return await Promise.race([answer, told])
    } finally {
      clearTimeout(timer)
    }
  }
}
