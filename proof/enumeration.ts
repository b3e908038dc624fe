// Whether how long an answer takes tells if there is an account: the same is asked for addresses that have one and for
// such that have none, in turns, and the times are compared.
import { fileURLToPath } from 'node:url'
import { kinds, newInstallation, startLatchkey, startPart } from '@/bench/stage'

const program = fileURLToPath(new URL('./enumeration-part.ts', import.meta.url))

/** Of each state; and so many addresses that nobody has. */
const pairs = 300
const states = ['active', 'pending', 'disabled']

const doors: Record<string, (email: string) => [path: string, fields: Record<string, string>]> = {
  'sign-in': email => ['/login', { email, password: 'not the password' }],
  'forgot-password': email => ['/forgot-password', { email }],
  code: email => ['/code', { email, code: '0000-0000' }],
}

/**
 * Prints a line for each database, door and state: the area under the curve, which is the part of all pairs in which the
 * address with an account took longer. One half says that time tells nothing.
 */
export async function proveEnumeration(): Promise<void> {
  for (const kind of kinds) {
    const installation = await newInstallation(kind)
    const part = startPart(program, installation)
    await part.ask({ each: pairs })
    await part.stop()
    const server = await startLatchkey({ ...installation, TRUSTED_PROXIES: '127.0.0.1,::1' })
    for (const [door, asked] of Object.entries(doors)) {
      const times: Record<string, number[]> = Object.fromEntries(
        ['nobody', ...states].map(name => [name, []]),
      )
      // What is loaded with the first question is nobody's.
      for (let warm = 0; warm < 20; warm++) await ask(server.url, asked(`warm${warm}@example.org`))
      for (let number = 1; number <= pairs; number++)
        for (const name of shuffled(Object.keys(times)))
          times[name]?.push(await ask(server.url, asked(`${name}${number}@example.org`)))
      for (const state of states)
        process.stdout.write(
          `${JSON.stringify({ proof: 'enumeration', database: kind, door, state, pairs, auc: areaUnder(times[state] ?? [], times.nobody ?? []) })}\n`,
        )
    }
    await server.stop()
  }
}

let asked = 0
/** Each comes from another network, so that no limit speaks. @returns milliseconds until the whole answer is there */
async function ask(url: string, [path, fields]: [string, Record<string, string>]): Promise<number> {
  asked++
  const address = `198.${18 + (asked >> 16)}.${(asked >> 8) & 255}.${asked & 255}`
  const begun = performance.now()
  const answer = await fetch(url + path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'x-forwarded-for': address },
    redirect: 'manual',
  })
  await answer.arrayBuffer()
  const took = performance.now() - begun
  if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}.`)
  return took
}

function shuffled(names: string[]): string[] {
  return names
    .map(name => ({ name, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ name }) => name)
}

/** How often one of the first took longer than one of the second (Mann and Whitney), from 0 to 1. */
function areaUnder(known: number[], unknown: number[]): number {
  let longer = 0
  for (const one of known) for (const other of unknown) longer += one > other ? 1 : one === other ? 0.5 : 0
  return Math.round((longer / (known.length * unknown.length)) * 1000) / 1000
}
