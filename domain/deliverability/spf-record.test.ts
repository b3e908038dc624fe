import { describe, expect, it } from 'vitest'
import { readTerm, writeSpf } from './spf-record'

describe('a term of an SPF record', () => {
  it.each([
    'all',
    '-all',
    '~ALL',
    'a',
    'a/24',
    'a//64',
    'a:mail.example.org/24//64',
    'mx',
    '?mx:example.org',
    'include:_spf.example.org',
    'include:%{ir}.example.org',
    'include:_spf.%{d}',
    'redirect=%{D}',
    'exists:%{l1r-}.%{o}.example.org',
    'include:%{d2}._spf.%{h}.example.org%_',
    'exists:%{i}._spf.example.org',
    'ptr',
    'ptr:example.org',
    'ip4:192.0.2.0/24',
    'ip6:2001:db8::/32',
    'redirect=example.org',
    'exp=e.example.org',
    'unknown=anything',
  ])('%s is sound', term => {
    expect(readTerm(term)).not.toBeNull()
  })

  it.each([
    'ipv4:192.0.2.1',
    'ip4:192.0.2',
    'ip4:192.0.2.0/33',
    'ip4:2001:db8::1',
    'ip6:192.0.2.1',
    'ip6:2001:db8::/129',
    'ip4:192.0.2.1/24/25',
    'include',
    'include:',
    'include:localhost',
    'include:%{x}.example.org',
    'include:%d.example.org',
    'include:%{d.example.org',
    'all:example.org',
    'a:',
    'a/33',
    'redirect=',
    'redirect:example.org',
    '--all',
    'mailto:x@example.org',
    'sendgrid.net',
  ])('%s is not', term => {
    expect(readTerm(term)).toBeNull()
  })
})

describe('an SPF record to publish', () => {
  it.each([
    [[], 'v=spf1 include:x.example ~all'],
    [['mx', '-all'], 'v=spf1 mx include:x.example -all'],
    [['include:x.example', '+all'], 'v=spf1 include:x.example ~all'],
    [['mx', 'redirect=y.example'], 'v=spf1 mx include:x.example redirect=y.example'],
    [['mx', 'ipv4:1.2.3.4', 'mx', '?all'], 'v=spf1 mx include:x.example ~all'],
    [['mx', '-all', 'a', '~all'], 'v=spf1 mx a include:x.example -all'],
    [['INCLUDE:X.example', '-ALL'], 'v=spf1 INCLUDE:X.example -ALL'],
    [['mx', '~all', 'a', '-all'], 'v=spf1 mx a include:x.example -all'],
  ])('from %j is %s', (terms, record) => {
    expect(writeSpf(terms, 'include:x.example')).toBe(record)
  })
})
