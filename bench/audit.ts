// What reading the audit costs when there is a lot of it.
import { fileURLToPath } from 'node:url'
import type { AuditResult } from './audit-part'
import { print } from './figure'
import { newInstallation, startPart } from './stage'

const program = fileURLToPath(new URL('./audit-part.ts', import.meta.url))

/** Baseline: the same with a thousand events. */
export async function measureAudit(): Promise<void> {
  const few = await read(1_000)
  const many = await read(1_000_000)
  for (const [name, value] of Object.entries(many))
    print({
      figure: `audit.${name}.postgres`,
      value,
      baseline: few[name] ?? 0,
      unit: 'ms',
      more: { events: 1_000_000 },
    })
}

async function read(events: number): Promise<AuditResult> {
  const process = startPart(program, await newInstallation('postgres'))
  const result = await process.ask<AuditResult>({ events })
  await process.stop()
  return result
}
