// How many people can sign in at the same time.
import { fileURLToPath } from 'node:url'
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { median, print } from './figure'
import { ownerOf, signIn } from './http'
import { kinds, newInstallation, startLatchkey, startPart } from './stage'
import { together } from './together'

const atATime = 8
const rounds = 5
const millisecondsPerRound = 1_500

/** Baseline: checking passwords against the same kind of hash, as many at a time, in a process of its own. */
export async function measureSignIn(): Promise<void> {
  const hashing = startPart(fileURLToPath(new URL('./hashing-part.ts', import.meta.url)))
  for (const kind of kinds) {
    const server = await startLatchkey(await newInstallation(kind))
    const sessions: { email: string; cookie: string }[] = []
    let turn = 0
    const one = async () => {
      const { email, password } = demoAccounts[turn++ % demoAccounts.length] ?? demoAccounts[0]
      sessions.push({ email, cookie: await signIn(server.url, email, password) })
    }
    await together(atATime, 1_000, one)
    const values: number[] = []
    const baselines: number[] = []
    for (let round = 0; round < rounds; round++) {
      values.push(await together(atATime, millisecondsPerRound, one))
      const order = { atATime, milliseconds: 1_000 }
      baselines.push((await hashing.ask<{ perSecond: number }>(order)).perSecond)
    }
    // Outside the measured time: what was counted were sign-ins, each with a session of its own.
    if (new Set(sessions.map(({ cookie }) => cookie)).size !== sessions.length)
      throw new Error('Two people were given the same session.')
    for (const { email, cookie } of sessions)
      if ((await ownerOf(server.url, cookie)) !== email)
        throw new Error(`Signing in as ${email} gave a session that is not theirs.`)
    await server.stop()
    print({
      figure: `sign-in.requests.${kind}`,
      value: median(values),
      baseline: median(baselines),
      unit: 'sign-ins/s',
    })
  }
  await hashing.stop()
}
