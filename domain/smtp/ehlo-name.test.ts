// What is typed as the EHLO name, what is said, and by which name we go when none is typed.
import os from 'node:os'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { env, setEnv } from '@/lib/env'
import { ehloName, readEhloName } from './ehlo-name'

const before = env().appUrl
beforeEach(() => vi.spyOn(os, 'hostname').mockReturnValue('build-7'))
afterEach(() => {
  vi.restoreAllMocks()
  setEnv({ appUrl: before })
})

it.each([
  ['mail.example.org', 'mail.example.org'],
  ['mail.example.org.', 'mail.example.org'],
  ['Mail.Example.ORG', 'mail.example.org'],
  ['localhost', 'localhost'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['192.0.2.1', '[192.0.2.1]'],
  ['192.0.2.1.', '[192.0.2.1]'],
  ['[IPv6:2001:db8::1].', '[IPv6:2001:db8::1]'],
  ['[192.0.2.1]', '[192.0.2.1]'],
  [' [192.0.2.1] ', '[192.0.2.1]'],
  ['2001:db8::1', '[IPv6:2001:db8::1]'],
  ['[2001:db8::1]', '[IPv6:2001:db8::1]'],
  ['[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
  ['[ipv6:2001:DB8::1]', '[IPv6:2001:DB8::1]'],
  ['IPv6:::1', '[IPv6:::1]'],
  ['::ffff:192.0.2.1', '[IPv6:::ffff:192.0.2.1]'],
])('%j is said as %s', (typed, said) => {
  expect(ehloName({ ehloName: readEhloName(typed) })).toBe(said)
  expect(ehloName({ ehloName: typed })).toBe(said)
})

it.each([
  'not a name',
  '[192.0.2.999]',
  '[192.0.2.1',
  '192.0.2.1]',
  '[mail.example.org]',
  '[IPv6:192.0.2.1]',
  '[IPv6:]',
  'IPv6:mail',
  'fe80::1%eth0',
  'mail.example.org:25',
  'smtp://mail.example.org',
  'mail.example.org/x',
  'mail..example.org',
  'mail.example.org..',
  'a.org\r\nMAIL FROM:<>',
  '.',
])('%j is no EHLO name', typed => {
  expect(readEhloName(typed)).toBeNull()
})

it.each([
  ['https://accounts.example.org', 'own.example.net', 'accounts.example.org'],
  ['https://bücher.example:8443', 'own.example.net', 'xn--bcher-kva.example'],
  ['http://localhost:3000', 'own.example.net', 'own.example.net'],
  ['http://intranet', 'own.example.net', 'own.example.net'],
  ['http://latchkey.localhost', 'build-7', '[127.0.0.1]'],
  ['http://192.0.2.1:3000', 'own.example.net', 'own.example.net'],
  ['http://192.0.2.1:3000', 'build-7', '[192.0.2.1]'],
  ['http://[2001:db8::1]:3000', 'build-7', '[IPv6:2001:db8::1]'],
  ['http://127.0.0.1:3000', 'build-7', '[127.0.0.1]'],
  ['http://[::1]:3000', 'build-7', '[127.0.0.1]'],
  ['http://localhost:3000', 'localhost.localdomain', '[127.0.0.1]'],
])('without one, an installation at %s on %s goes by %s', (appUrl, hostname, said) => {
  setEnv({ appUrl })
  vi.spyOn(os, 'hostname').mockReturnValue(hostname)
  expect(ehloName({ ehloName: null })).toBe(said)
})
