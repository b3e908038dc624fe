// `npm run bench`: how fast and how large Latchkey is, beside what the same machine does at that moment
// without it. One JSON line per figure on stdout, everything else on stderr. See docs/performance.md.

import { clearStage, onStage } from '@/bench/stage'
import { StartRefused } from '@/lib/start-refused'
import { buildIfStale } from './prepare.mjs'

const groups: Record<string, () => Promise<() => Promise<void>>> = {
  start: async () => (await import('@/bench/start')).measureStart,
  pages: async () => (await import('@/bench/pages')).measurePages,
  memory: async () => (await import('@/bench/memory')).measureMemory,
  diagnosis: async () => (await import('@/bench/diagnosis')).measureDiagnosis,
  'test-mail': async () => (await import('@/bench/test-mail')).measureTestMail,
  outbox: async () => (await import('@/bench/outbox')).measureOutbox,
  'reset-requests': async () => (await import('@/bench/reset-requests')).measureResetRequests,
  'sign-in': async () => (await import('@/bench/sign-in')).measureSignIn,
}

const chosen = process.argv.slice(2)
const unknown = chosen.find(name => !Object.hasOwn(groups, name))
if (unknown !== undefined)
  throw new StartRefused(`There is no group "${unknown}": choose among ${Object.keys(groups).join(', ')}.`)

// What preparing says is no figure.
console.log = console.error
onStage()
try {
  buildIfStale()
  for (const [name, load] of Object.entries(groups)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue
    console.error(`${name} …`)
    await (await load())()
  }
} finally {
  await clearStage()
}
