// A process that goes through every fault that a mail server can have, with Latchkey's transport or with
// Nodemailer, and tells how long each took to give up. The faulty servers are in it too.
import { setTimeout as pause } from 'node:timers/promises'
import { type Cause, causes } from '@/domain/smtp/causes'
import { submit } from '@/domain/smtp/submission'
import {
  beginFaults,
  causesElsewhere,
  endFaults,
  type Fault,
  patientFaults,
  quickFaults,
  submissionOf,
} from '@/domain/smtp/testing/faults'
import { bareSend } from './bare-nodemailer'

export type Who = 'latchkey' | 'nodemailer'
/** `seconds` is null where there was nothing to give up: the mail was taken, or the end never came. */
export type Measured = { cause: Cause; when: string; seconds: number | null }

type Submission = ReturnType<typeof submissionOf>

/** The timeout that a form begins with: faults that shorten it, for the tests, have a patient sister here. */
const timeoutSeconds = 10
/** After this long a fault is only waited for, and the next one has the processor to itself. */
const busyMilliseconds = 250
const longestMilliseconds = 30_000

process.on('disconnect', () => process.exit())
process.on('message', async ({ who }: { who: Who }) => {
  await beginFaults()
  const ready = await arranged([...patientFaults, ...quickFaults])
  const missing = causes.filter(
    cause => !causesElsewhere.includes(cause) && !ready.some(({ fault }) => fault.cause === cause),
  )
  if (missing.length > 0) throw new Error(`No fault produces ${missing.join(', ')}.`)
  const running: Promise<Measured>[] = []
  for (const { fault, submission } of ready) {
    const one = measured(who, fault, submission)
    running.push(one)
    await Promise.race([one, pause(busyMilliseconds)])
  }
  process.send?.({ faults: await Promise.all(running) })
  await endFaults()
})

async function arranged(faults: Fault[]): Promise<{ fault: Fault; submission: Submission }[]> {
  const ready: { fault: Fault; submission: Submission }[] = []
  for (const fault of faults) {
    const submission = submissionOf(await fault.arrange())
    if (submission.settings.timeoutSeconds === timeoutSeconds) ready.push({ fault, submission })
  }
  return ready
}

async function measured(who: Who, fault: Fault, submission: Submission): Promise<Measured> {
  const begun = performance.now()
  const gaveUp = await (who === 'latchkey' ? diagnosed(fault, submission) : refused(submission))
  return { cause: fault.cause, when: fault.when, seconds: gaveUp ? (performance.now() - begun) / 1000 : null }
}

/** As a test mail asks: with the probes that tell apart what the dialogue alone cannot. */
async function diagnosed({ cause, when }: Fault, { settings, secrets, mail, options }: Submission) {
  const network = { usualPorts: [], ...options.network }
  const outcome = await submit(settings, secrets, mail, { ...options, diagnose: true, network })
  const named = outcome.result === 'accepted' ? 'accepted' : outcome.cause
  if (named !== cause) throw new Error(`"${cause}: ${when}" was named ${named}.`)
  return true
}

async function refused(submission: Submission) {
  // It cannot be told which DNS server to ask, and a password too long for SOCKS5 ends its whole process.
  if (submission.options.network?.lookup || (submission.secrets.proxyPassword?.length ?? 0) > 255)
    return false
  const endless = pause(longestMilliseconds, true, { ref: false })
  return !(await Promise.race([bareSend(submission), endless]))
}
