import { describe, expect, it } from 'vitest'
import { readEnv } from './env'
import { type Asker, mayReadMetrics } from './metrics-door'

const token = 'a-token-of-sixteen-letters'
const asker = (as: Partial<Asker> = {}): Asker => ({
  address: '127.0.0.1',
  direct: true,
  authorization: null,
  ...as,
})
const plain = readEnv({})
const withToken = readEnv({ METRICS_TOKEN: token })
const https = { HOST: '0.0.0.0', APP_URL: 'https://accounts.example.org' }

describe('the door of /metrics', () => {
  it('is open to this machine', () => {
    for (const address of ['127.0.0.1', '127.8.0.1', '::1'])
      expect(mayReadMetrics(asker({ address }), plain)).toBe(true)
  })

  it('is closed to every other', () => {
    for (const address of ['', '192.0.2.1', '2001:db8::1', '127.0.0.1.example.org'])
      expect(mayReadMetrics(asker({ address }), plain)).toBe(false)
  })

  it('is closed to whom a proxy on this machine makes look like it', () => {
    expect(mayReadMetrics(asker({ direct: false }), plain)).toBe(false)
    expect(mayReadMetrics(asker(), readEnv(https))).toBe(false)
    expect(mayReadMetrics(asker(), readEnv({ ...https, TRUSTED_PROXIES: '127.0.0.1' }))).toBe(true)
  })

  it('opens from anywhere with the token, and only with it', () => {
    const from = (authorization: string | null) =>
      mayReadMetrics(asker({ address: '192.0.2.1', authorization }), withToken)
    expect(from(`Bearer ${token}`)).toBe(true)
    for (const wrong of [null, '', token, `Basic ${token}`, `Bearer ${token}x`, 'Bearer ', 'Bearer null'])
      expect(from(wrong)).toBe(false)
    expect(mayReadMetrics(asker({ address: '192.0.2.1', authorization: 'Bearer null' }), plain)).toBe(false)
  })
})
