// How many people can ask for a password reset at the same time, known or not.
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { median, print } from './figure'
import { kinds, newInstallation, startLatchkey } from './stage'
import { together } from './together'

const atATime = 8
const rounds = 5
const millisecondsPerRound = 1_500

/** Baseline: a page of the same server that reads nothing, asked for as many at a time. */
export async function measureResetRequests(): Promise<void> {
  for (const kind of kinds) {
    const server = await startLatchkey(await newInstallation(kind))
    const form = await readForm(`${server.url}/forgot-password`)
    let turn = 0
    const request = async () => {
      turn += 1
      const known = demoAccounts[turn % demoAccounts.length]?.email ?? ''
      await send(form, turn % 2 === 0 ? known : `nobody.${turn}@example.org`)
    }
    const page = async () => {
      const response = await fetch(`${server.url}/forgot-password`)
      await response.arrayBuffer()
    }
    await together(atATime, 1_500, request)
    await together(atATime, 1_000, page)
    const values: number[] = []
    const baselines: number[] = []
    for (let round = 0; round < rounds; round++) {
      values.push(await together(atATime, millisecondsPerRound, request))
      baselines.push(await together(atATime, millisecondsPerRound, page))
    }
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
async function readForm(url: string): Promise<Form> {
  const html = await (await fetch(url)).text()
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)].map(
    ([, name = '', value = '']): [string, string] => [
      name,
      value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    ],
  )
  return { url, hidden }
}

async function send({ url, hidden }: Form, email: string): Promise<void> {
  const body = new FormData()
  for (const [name, value] of hidden) body.append(name, value)
  body.append('email', email)
  const response = await fetch(url, { method: 'POST', body, headers: { origin: new URL(url).origin } })
  const answer = await response.text()
  if (!answer.includes('If that address has an account'))
    throw new Error(`A request for a link was answered with ${response.status}.`)
}
