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
    const form = formIn(html, `${server.url}/forgot-password`)
    const program = fileURLToPath(new URL('./bare-next.mjs', import.meta.url))
    const bare = await startServer([program], '/page', {}, buildBarePages({ page: html }))
    let turn = 0
    const request = async () => {
      turn += 1
      const known = demoAccounts[turn % demoAccounts.length]?.email ?? ''
      await send(form, turn % 2 === 0 ? known : `nobody.${turn}@example.org`, turn)
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

type Form = { url: string; hidden: [string, string][] }

/** The form as a browser without JavaScript finds it. */
function formIn(html: string, url: string): Form {
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)].map(
    ([, name = '', value = '']): [string, string] => [
      name,
      value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    ],
  )
  return { url, hidden }
}

/** Each comes from another place: many from one are answered without being looked at. */
async function send({ url, hidden }: Form, email: string, turn: number): Promise<void> {
  const body = new FormData()
  for (const [name, value] of hidden) body.append(name, value)
  body.append('email', email)
  const from = `10.${(turn >> 16) & 255}.${(turn >> 8) & 255}.${turn & 255}`
  const headers = { origin: new URL(url).origin, 'x-forwarded-for': from }
  const response = await fetch(url, { method: 'POST', body, headers })
  const answer = await response.text()
  if (!answer.includes('If that address has an account'))
    throw new Error(`A request for a link was answered with ${response.status}.`)
}
