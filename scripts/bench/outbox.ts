// How long a mail that was just committed takes until the SMTP server has accepted it.
import { fileURLToPath } from 'node:url'
import { median, print } from './figure'
import { kinds, newInstallation, startPart } from './stage'

const mails = 100

/** Baseline: Nodemailer sends the same message, already built, over a connection that is already open. */
export async function measureOutbox(): Promise<void> {
  for (const kind of kinds) {
    const part = startPart(
      fileURLToPath(new URL('./outbox-part.ts', import.meta.url)),
      await newInstallation(kind),
    )
    const times = await part.ask<{ latchkey: number[]; bare: number[] }>({ mails })
    await part.stop()
    print({
      figure: `outbox.commit-to-acceptance.${kind}`,
      value: median(times.latchkey),
      baseline: median(times.bare),
      unit: 'ms',
    })
  }
}
