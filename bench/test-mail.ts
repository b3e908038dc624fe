// How long a person waits for the report of a test mail that arrives.
import { fileURLToPath } from 'node:url'
import { median, print } from './figure'
import { kinds, newInstallation, startPart } from './stage'

const mails = 40

/** Baseline: Nodemailer composes and sends the same mail over a new connection. */
export async function measureTestMail(): Promise<void> {
  for (const kind of kinds) {
    const part = startPart(
      fileURLToPath(new URL('./test-mail-part.ts', import.meta.url)),
      await newInstallation(kind),
    )
    const times = await part.ask<{ latchkey: number[]; bare: number[] }>({ mails })
    await part.stop()
    print({
      figure: `test-mail.call-to-report.${kind}`,
      value: median(times.latchkey),
      baseline: median(times.bare),
      unit: 'ms',
    })
  }
}
