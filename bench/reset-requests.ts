// How many people can ask for a password reset at the same time, known or not.
import { fileURLToPath } from 'node:url'
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { buildBarePages } from './bare-pages'
import { median, print } from './figure'
import { kinds, newInstallation, startLatchkey, startServer } from './stage'
import { together } from './together'

const atATime = 8
const rounds = 5
const millisecondsPerRound = 1_500

/** Baseline: the page of the form in a bare Next application, asked for as many at a time. */
export async function measureResetRequests(): Promise<void> {
  for (const kind of kinds) {
    const server = await startLatchkey({ ...(await newInstallation(kind)), TRUSTED_PROXIES: '127.0.0.1' })
    const html = await (await fetch(`${server.url}/forgot-password`)).text()
    const program = fileURLToPath(new URL('./bare-next.mjs', import.meta.url))
    const bare = await startServer([program], '/page', {}, buildBarePages({ page: html }))
    let turn = 0
    const request = async () => {
      turn += 1
      const known = demoAccounts[turn % demoAccounts.length]?.email ?? ''
      await send(server.url, turn % 2 === 0 ? known : `nobody.${turn}@example.org`, turn)
    }
    const page = async () => void (await (await fetch(`${bare.url}/page`)).arrayBuffer())
    await together(atATime, 1_500, request)
    await together(atATime, 1_000, page)
    const values: number[] = []
    const baselines: number[] = []
    for (let round = 0; round < rounds; round++) {
      values.push(await together(atATime, millisecondsPerRound, request))
      baselines.push(await together(atATime, millisecondsPerRound, page))
    }
    await bare.stop()
    await server.stop()
    print({
      figure: `reset-requests.${kind}`,
      value: median(values),
      baseline: median(baselines),
      unit: 'requests/s',
    })
  }
}

/** Each comes from another place: many from one are answered without being looked at. */
async function send(url: string, email: string, turn: number): Promise<void> {
  const from = `10.${(turn >> 16) & 255}.${(turn >> 8) & 255}.${turn & 255}`
  const headers = { origin: url, 'x-forwarded-for': from }
  const body = new URLSearchParams({ email })
  const response = await fetch(`${url}/forgot-password`, { method: 'POST', body, headers })
  const answer = await response.text()
  if (!answer.includes('If that address has an account'))
    throw new Error(`A request for a link was answered with ${response.status}.`)
}
