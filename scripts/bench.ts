// `npm run bench`: how fast and how large Latchkey is, beside what the same machine does at that moment
// without it. One JSON line per figure on stdout, everything else on stderr. See docs/performance.md.

import { type Groups, runGroups } from '@/bench/groups'

const groups: Groups = {
  start: async () => (await import('@/bench/start')).measureStart,
  pages: async () => (await import('@/bench/pages')).measurePages,
  memory: async () => (await import('@/bench/memory')).measureMemory,
  diagnosis: async () => (await import('@/bench/diagnosis')).measureDiagnosis,
  'test-mail': async () => (await import('@/bench/test-mail')).measureTestMail,
  outbox: async () => (await import('@/bench/outbox')).measureOutbox,
  audit: async () => (await import('@/bench/audit')).measureAudit,
  users: async () => (await import('@/bench/users')).measureUsers,
  api: async () => (await import('@/bench/api')).measureApi,
  nodes: async () => (await import('@/bench/nodes')).measureNodes,
  alarms: async () => (await import('@/bench/alarms')).measureAlarms,
  'reset-requests': async () => (await import('@/bench/reset-requests')).measureResetRequests,
  'sign-in': async () => (await import('@/bench/sign-in')).measureSignIn,
}

await runGroups(groups, process.argv.slice(2))
