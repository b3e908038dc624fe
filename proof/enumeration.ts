// Whether how long an answer takes tells if there is an account: the same is asked for addresses that have one and for
// such that have none, in turns, and the times are compared.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { kinds, newInstallation, startLatchkey, startPart } from '@/bench/stage'
import { freePort } from '@/e2e/fixtures/app'

const program = fileURLToPath(new URL('./enumeration-part.ts', import.meta.url))

/** Of each kind of account; and so many addresses that nobody has. */
const pairs = Number(process.env.ENUMERATION_PAIRS ?? 300)
const accounts = ['active', 'factor', 'pending', 'disabled']

const doors: Record<string, (email: string) => [path: string, fields: Record<string, string>]> = {
  'sign-in': email => ['/login', { email, password: 'not the password' }],
  // Also what the page of a dead link asks for.
  'forgot-password': email => ['/forgot-password', { email }],
  code: email => ['/code', { email, code: '0000-0000' }],
}

/** The built-in inbox, which answers at once; one that takes a second and a half for each reply; one that is not there. */
const mailServers = ['fast', 'slow', 'dead'] as const

/**
 * Prints a line for each database, mail server, door and kind of account: the area under the curve, which is the part of
 * all pairs in which the address with an account took longer. One half says that time tells nothing.
 */
export async function proveEnumeration(): Promise<void> {
  const slow = await slowServer()
  const ports = { fast: undefined, slow: slow.port, dead: await freePort() }
  for (const kind of kinds)
    for (const mailServer of mailServers) {
      const installation = await newInstallation(kind)
      const part = startPart(program, installation)
      await part.ask({ each: pairs, port: ports[mailServer] })
      await part.stop()
      const server = await startLatchkey({ ...installation, TRUSTED_PROXIES: '127.0.0.1,::1' })
      for (const [door, asked] of Object.entries(doors)) {
        // Where no mail can come from it, its server is of no matter.
        if (mailServer !== 'fast' && door !== 'forgot-password') continue
        const times = await timesAt(server.url, asked)
        for (const account of accounts)
          process.stdout.write(
            `${JSON.stringify({ proof: 'enumeration', database: kind, mailServer, door, account, pairs, auc: areaUnder(times[account] ?? [], times.nobody ?? []) })}\n`,
          )
      }
      await server.stop()
    }
  slow.stop()
}

/** Asks a door for addresses with each kind of account, and for such that nobody has, in turns. */
async function timesAt(url: string, asked: (typeof doors)[string]): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(['nobody', ...accounts].map(name => [name, []]))
  // What is loaded with the first question is nobody's.
  for (let warm = 0; warm < 20; warm++) await ask(url, asked(`warm${warm}@example.org`))
  for (let number = 1; number <= pairs; number++)
    for (const name of shuffled(Object.keys(times)))
      times[name]?.push(await ask(url, asked(`${name}${number}@example.org`)))
  return times
}

/** An SMTP server that thinks before each reply. */
async function slowServer(): Promise<{ port: number; stop(): void }> {
  const server = createServer(socket => {
    const say = (reply: string) => setTimeout(() => socket.write(`${reply}\r\n`), 1_500)
    socket.on('error', () => socket.destroy())
    socket.on('data', data => say(/^DATA/im.test(String(data)) ? '354 go on' : '250 fine'))
    say('220 slow.example')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() }
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
