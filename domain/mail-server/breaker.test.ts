import { describe, expect, it } from 'vitest'
import { type Cause, causes } from '@/domain/smtp/causes'
import type { Concern } from '@/domain/smtp/outcome'
import { isServerTrouble, loginRefused, probeDelay } from './breaker'

const failed = (concerns: Concern, result: 'failed' | 'uncertain' = 'failed') => ({
  result,
  concerns,
  phase: 'data' as const,
  cause: 'protocol-error' as const,
  permanent: false,
  detail: {},
  reply: null,
  stages: [],
  transcript: [],
})

it('opens for what concerns the server, and for nothing that concerns one mail or is not known to have failed', () => {
  expect(isServerTrouble(failed('server'))).toBe(true)
  expect(isServerTrouble(failed('mail'))).toBe(false)
  expect(isServerTrouble(failed('server', 'uncertain'))).toBe(false)
})

describe('probes', () => {
  const middle = () => 0.5
  const seconds = (cause: Cause) =>
    [0, 1, 2, 3, 8, 30].map(probes => probeDelay(cause, probes, middle) / 1000)

  it('come soon and then once a minute for a server that is away', () =>
    expect(seconds('connection-refused')).toEqual([1, 2, 4, 8, 60, 60]))

  it('are rare for a login that was refused, so that no account gets locked', () =>
    expect(seconds('auth-rejected')).toEqual([900, 1800, 3600, 7200, 14_400, 14_400]))

  it('are soon and never rare for a sender that is refused, which locks nothing', () =>
    expect(seconds('sender-rejected')).toEqual([5, 10, 20, 40, 300, 300]))

  it('of every cause of a login either wait for an administrator, or pass by themselves', () => {
    const ofLogins = causes.filter(cause => /^(auth|oauth|app-password|basic-auth)-/.test(cause))
    // Said by a server that is busy, and by us before anything is sent.
    const others = ['auth-temporary', 'auth-in-clear-refused']
    expect(
      ofLogins.filter(cause => !loginRefused(cause)),
      'see refusedLogins in breaker.ts',
    ).toEqual(others)
  })

  it('do not come together', () => {
    expect(probeDelay('connection-refused', 0, () => 0)).toBe(750)
    expect(probeDelay('connection-refused', 0, () => 1)).toBe(1250)
  })

  it('of refused credentials are told from others', () => {
    expect(loginRefused('auth-rejected')).toBe(true)
    expect(loginRefused('auth-temporary')).toBe(false)
    expect(loginRefused(null)).toBe(false)
  })
})
