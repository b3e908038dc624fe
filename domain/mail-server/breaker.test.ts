import { describe, expect, it } from 'vitest'
import type { Cause } from '@/domain/smtp/causes'
import type { Stage } from '@/domain/smtp/outcome'
import { isServerTrouble, loginRefused, probeDelay } from './breaker'

const failed = (phase: Stage, cause: Cause, code = 0, enhanced: string | null = null) => ({
  result: 'failed' as const,
  phase,
  cause,
  permanent: false,
  detail: {},
  reply: code ? { code, enhanced, text: '' } : null,
  stages: [],
  transcript: [],
})

describe('a failed attempt is the trouble of the server', () => {
  it.each([
    failed('dns', 'dns-not-found'),
    failed('connect', 'connection-refused'),
    failed('tls', 'certificate-expired'),
    failed('greeting', 'rate-limited', 421),
    failed('auth', 'auth-rejected', 535, '5.7.8'),
    failed('mail-from', 'auth-required', 530, '5.7.0'),
    failed('mail-from', 'rate-limited', 450, '4.7.1'),
    failed('data', 'rate-limited', 550, '5.4.5'),
    failed('rcpt-to', 'rate-limited', 421, '4.7.0'),
  ])('$phase $cause', outcome => expect(isServerTrouble(outcome)).toBe(true))
})

describe('a failed attempt says nothing about other mails', () => {
  it.each([
    failed('rcpt-to', 'recipient-rejected', 550, '5.1.1'),
    failed('rcpt-to', 'greylisted', 451, '4.7.1'),
    failed('rcpt-to', 'rate-limited', 450, '4.2.1'),
    failed('data', 'content-rejected', 554, '5.7.1'),
    failed('data', 'connection-lost-before-data'),
    { ...failed('data', 'outcome-uncertain'), result: 'uncertain' as const },
  ])('$phase $cause', outcome => expect(isServerTrouble(outcome)).toBe(false))
})

describe('probes', () => {
  const middle = () => 0.5
  const seconds = (cause: Cause) =>
    [0, 1, 2, 3, 8, 30].map(probes => probeDelay(cause, probes, middle) / 1000)

  it('come soon and then once a minute for a server that is away', () =>
    expect(seconds('connection-refused')).toEqual([1, 2, 4, 8, 60, 60]))

  it('are rare for a login that was refused, so that no account gets locked', () =>
    expect(seconds('auth-rejected')).toEqual([900, 1800, 3600, 7200, 14_400, 14_400]))

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
