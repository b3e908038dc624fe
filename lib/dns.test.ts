import { describe, expect, it } from 'vitest'
import { Dns, isPublic, NoAnswer, reverseName } from './dns'
import { startDnsServer } from './testing/dns-server'

describe('an address', () => {
  it.each([
    ['192.0.2.1', '1.2.0.192.in-addr.arpa'],
    ['2001:db8::1', `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
    ['::1', `1.${'0.'.repeat(31)}ip6.arpa`],
  ])('%s is looked up as %s', (address, name) => {
    expect(reverseName(address)).toBe(name)
  })

  it.each([
    '10.0.0.1',
    '127.0.0.1',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1',
  ])('%s is not seen by the world', address => {
    expect(isPublic(address)).toBe(false)
  })

  it.each(['93.184.215.14', '172.32.0.1', '2606:2800::1'])('%s is', address => {
    expect(isPublic(address)).toBe(true)
  })
})

describe('a question that a patient resolver would wait for', () => {
  it('is given up, long before the page would be', async () => {
    const server = await startDnsServer({ 'example.org': 'silent' })
    const dns = new Dns(server.resolver({ timeout: 60_000 }))
    await expect(dns.txt('example.org')).rejects.toThrow(NoAnswer)
    dns.close()
    await server.close()
  })
})
