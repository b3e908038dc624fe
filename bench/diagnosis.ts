// How long an administrator waits for the name of what is wrong with a mail server.
import { fileURLToPath } from 'node:url'
import type { Measured, Who } from './diagnosis-part'
import { median, print } from './figure'
import { startPart } from './stage'

/** How long any diagnosis may take, with the timeout that a form begins with. */
const limitSeconds = 15

/**
 * Every cause that a submission can have, each as slow as its slowest fault; a wrong name ends the run.
 * Baseline: Nodemailer giving up on the same faulty servers, with the same timeouts and without a name.
 */
export async function measureDiagnosis(): Promise<void> {
  const [latchkey, nodemailer] = [await slowest('latchkey'), await slowest('nodemailer')]
  const [longest] = latchkey
  const [bareLongest] = nodemailer
  if (!longest || !bareLongest) throw new Error('No fault was measured.')
  print({
    figure: 'diagnosis.seconds.max',
    value: longest.seconds,
    baseline: bareLongest.seconds,
    unit: 's',
    more: { slowest: `${longest.cause}: ${longest.when}`, limit: limitSeconds, causes: latchkey.length },
  })
  print({
    figure: 'diagnosis.seconds.median',
    value: median(latchkey.map(({ seconds }) => seconds)),
    baseline: median(nodemailer.map(({ seconds }) => seconds)),
    unit: 's',
    more: { causes: latchkey.length, baselineCauses: nodemailer.length },
  })
}

/** The slowest fault of each cause, the slowest of all first. */
async function slowest(who: Who) {
  const part = startPart(fileURLToPath(new URL('./diagnosis-part.ts', import.meta.url)))
  const { faults } = await part.ask<{ faults: Measured[] }>({ who })
  await part.stop()
  const byCause = new Map<string, Measured & { seconds: number }>()
  for (const { seconds, ...fault } of faults)
    if (seconds !== null && seconds > (byCause.get(fault.cause)?.seconds ?? -1))
      byCause.set(fault.cause, { ...fault, seconds })
  return [...byCause.values()].sort((one, other) => other.seconds - one.seconds)
}
