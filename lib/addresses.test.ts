import { describe, expect, it } from 'vitest'
import { addressIn, isIn, isLoopback, networkOf } from './addresses'

describe('an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    [' 203.0.113.9 ', '203.0.113.9'],
    ['203.0.113.9:51234', '203.0.113.9'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['"[2001:db8::1]:443"', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['[::FFFF:203.0.113.9]:80', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
  ])('in %s is %s', (text, address) => {
    expect(addressIn(text)).toBe(address)
  })

  it.each([
    '',
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.9:',
    '203.0.113.256',
    '0x7f.1',
    '010.0.0.1',
    '[::1',
  ])('is not in %j', text => {
    expect(addressIn(text)).toBeNull()
  })

  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '::ffff:10.0.0.0/104', true],
    ['2001:db8::9', '2001:db8::/32', true],
    ['2001:db9::9', '2001:db8::/32', false],
    ['10.1.2.3', '::/0', false],
    ['nowhere', '0.0.0.0/0', false],
  ])('%s in the network %s: %s', (address, network, inside) => {
    expect(isIn(['192.0.2.1', network], address)).toBe(inside)
  })

  it('of this machine is known however it is written, and no other', () => {
    for (const host of ['LOCALHOST', 'a.localhost.', '127.9.9.9', '[::1]', '0::1', '::ffff:7f00:1'])
      expect(isLoopback(host), host).toBe(true)
    for (const host of [
      '',
      'localhost.org',
      'notlocalhost',
      '128.0.0.1',
      '0.0.0.0',
      '::',
      '127.0.0.1.nip.io',
    ])
      expect(isLoopback(host), host).toBe(false)
  })
})

describe('whom an address stands for', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
    ['no address', 'no address'],
  ])('%j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
