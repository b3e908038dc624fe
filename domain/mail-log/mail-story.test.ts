import { expect, test } from 'vitest'
import { storyOf } from './mail-story'

const minute = (number: number) => new Date(Date.UTC(2025, 10, 24, 14, number))
const attempt = (number: number, cause: string | null = 'greylisted') => ({
  outcome: cause ? 'failed' : 'accepted',
  cause,
  phase: 'rcpt-to',
  serverName: 'Relay',
  replyText: cause,
  startedAt: minute(number),
  endedAt: minute(number),
})

/** What is told of these attempts, and with which of them. */
function told(attempts: ReturnType<typeof attempt>[], sentAgain: number[] = []) {
  const last = attempts.at(-1)
  const mail = {
    createdAt: minute(0),
    expiresAt: minute(59),
    requestedBy: null,
    requestedFrom: null,
    state: last?.cause ? 'deferred' : 'sent',
    deliveryAttempts: attempts,
    earlier: [],
    events: sentAgain.map(at => ({ what: 'sent-again' as const, at: minute(at), by: null, from: null })),
    link: null,
  }
  return storyOf(mail as unknown as Parameters<typeof storyOf>[0])
    .slice(2)
    .map(entry => (entry.what === 'alike' ? `${entry.attempts.length} alike` : entry.what))
}

test('attempts that ended alike are told with the last of them', () => {
  expect(told([1, 2, 3, 4].map(number => attempt(number)))).toEqual(['3 alike', 'attempt'])
  expect(told([attempt(1), attempt(2), attempt(3), attempt(4, null)])).toEqual([
    '2 alike',
    'attempt',
    'attempt',
  ])
})

test('two are told one by one, and so are those that ended otherwise', () => {
  expect(told([attempt(1), attempt(2)])).toEqual(['attempt', 'attempt'])
  expect(told([attempt(1), attempt(2, 'mailbox-full'), attempt(3)])).toEqual([
    'attempt',
    'attempt',
    'attempt',
  ])
})

test('that somebody sent the mail again stands between none of them, and where nothing else does', () => {
  const all = [attempt(1), attempt(3), attempt(5)]
  expect(told(all, [2, 4])).toEqual(['2 alike', 'attempt'])
  expect(told([attempt(1), attempt(3)], [2])).toEqual(['attempt', 'sent-again', 'attempt'])
  expect(told([attempt(1), attempt(3, null)], [2])).toEqual(['attempt', 'sent-again', 'attempt'])
})
