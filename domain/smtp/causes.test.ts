// Every cause that a submission can have, produced by a real server on loopback and named.
import { afterAll, beforeAll, expect, it } from 'vitest'
import de from '@/messages/de.json'
import en from '@/messages/en.json'
import { causes } from './causes'
import type { Outcome } from './outcome'
import { submit } from './submission'
import {
  type Arrangement,
  beginFaults,
  causesElsewhere,
  endFaults,
  type Fault,
  patientFaults,
  quickFaults,
  submissionOf,
} from './testing/faults'

const table: string[] = []
const factNames = new Set<string>()

/** All of them wait at the same time. */
let patient: Map<Fault, ReturnType<typeof attempt>>
beforeAll(async () => {
  await beginFaults()
  patient = new Map(patientFaults.map(each => [each, each.arrange().then(attempt)]))
})
// At the very end: while the quick ones run one after another, the patient ones wait beside them.
afterAll(async () => {
  await endFaults()
  console.log(table.join('\n'))
})

it.each(quickFaults)('$cause: $when', async each => {
  check(each, await attempt(await each.arrange()))
})

it.each(patientFaults)('$cause: $when', { timeout: 40_000 }, async each => {
  check(each, await patient.get(each)!)
})

function check(
  { cause, when, concerns, permanent = false, detail = {} }: Fault,
  { outcome, milliseconds }: Awaited<ReturnType<typeof attempt>>,
) {
  for (const { facts } of outcome.stages) for (const name of Object.keys(facts)) factNames.add(name)
  table.push(`${cause.padEnd(28)} ${when.padEnd(44)} ${nameOf(outcome).padEnd(28)} ${milliseconds} ms`)
  const said = outcome.transcript.map(line => JSON.stringify(line)).join('\n')
  expect(outcome, `named ${nameOf(outcome)}, expected ${cause}, of what was said:\n${said}\n`).toMatchObject({
    result: cause === 'outcome-uncertain' ? 'uncertain' : 'failed',
    cause,
    permanent,
    ...(concerns && { concerns }),
    detail,
  })
  // What every mail would meet is the end of none.
  if (outcome.result !== 'accepted' && outcome.concerns === 'server') expect(outcome.permanent).toBe(false)
}

it('covers every cause that belongs to a submission', () => {
  const covered = new Set(quickFaults.map(({ cause }) => cause))
  expect(causes.filter(cause => !covered.has(cause))).toEqual(causesElsewhere)
})

it('has a word for every fact that a stage may tell, in both languages', () => {
  expect(factNames.size).toBeGreaterThan(15)
  for (const { mailSettings } of [en, de])
    expect([...factNames].filter(name => !(name in mailSettings.facts))).toEqual([])
})

async function attempt(arrangement: Arrangement) {
  const { settings, secrets, mail, options } = submissionOf(arrangement)
  const begun = performance.now()
  const outcome = await submit(settings, secrets, mail, options)
  return { outcome, milliseconds: Math.round(performance.now() - begun) }
}

const nameOf = (outcome: Outcome) => (outcome.result === 'accepted' ? 'accepted' : outcome.cause)
