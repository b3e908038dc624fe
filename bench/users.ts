// What a page of the list of users costs when there are many.
import { fileURLToPath } from 'node:url'
import { print } from './figure'
import { newInstallation, startPart } from './stage'
import type { UsersResult } from './users-part'

const program = fileURLToPath(new URL('./users-part.ts', import.meta.url))

/** Baseline: the same with a hundred. */
export async function measureUsers(): Promise<void> {
  const few = await read(100)
  const many = await read(100_000)
  for (const [name, value] of Object.entries(many))
    print({
      figure: `users.${name}.postgres`,
      value,
      baseline: few[name] ?? 0,
      unit: 'ms',
      more: { users: 100_000 },
    })
}

async function read(users: number): Promise<UsersResult> {
  const process = startPart(program, await newInstallation('postgres'))
  const result = await process.ask<UsersResult>({ users })
  await process.stop()
  return result
}
