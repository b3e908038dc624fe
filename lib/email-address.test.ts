import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKey, isAddress, readAddress } from './email-address'

describe('an email address as it is typed', () => {
  it.each([
    ['p@example.test', 'p@example.test'],
    [' P@Example.Test ', 'P@Example.Test'],
    ['<p@example.test>', 'p@example.test'],
    ['mailto:p@example.test', 'p@example.test'],
    ['MAILTO:p@example.test?subject=Hello', 'p@example.test'],
    ['<mailto:p@example.test>', 'p@example.test'],
    ['p@example.test.', 'p@example.test'],
    ['p@example.test,', 'p@example.test'],
    ['p@example.test;', 'p@example.test'],
    ['p@example.test>', 'p@example.test'],
    ['\u200bp@example.test\ufeff', 'p@example.test'],
    ['\u2068p@example.test\u2069', 'p@example.test'],
    ['\u202ap@example.test\u202c ', 'p@example.test'],
    ['p@example.test\u00a0', 'p@example.test'],
    ['ju\u0308rgen@example.org', 'jürgen@example.org'],
    ['ute@xn--bcher-kva.example', 'ute@bücher.example'],
    ['ute@BÜCHER.example', 'ute@bücher.example'],
    ['mailto://p@example.test', 'p@example.test'],
    ['mailto:p%2Bq%40example.test', 'p+q@example.test'],
    ['root@localhost', 'root@localhost'],
    ['a+b=c/d%e@example.org', 'a+b=c/d%e@example.org'],
  ])('%j is %j', (typed, address) => {
    expect(readAddress(typed)).toBe(address)
  })

  it.each([
    '',
    '@',
    'p',
    'p@',
    '@example.test',
    'p@example..test',
    'p@.example.test',
    'p@-example.test',
    'p..q@example.test',
    '.p@example.test',
    'p.@example.test',
    'a<b>@example.test',
    'Anna <p@example.test>',
    'p@example.test, q@example.test',
    'p q@example.test',
    'p@exa mple.test',
    'p@q@example.test',
    '"p q"@example.test',
    'p\u200b@example.test',
    'p@exam\u00adple.test',
    'p\u202e@example.test',
    'p\u3164@example.test',
    'p\0@example.test',
    'p@example.test\r\nRCPT TO:<q@example.test>',
    'p\ud800@example.test',
    'p@127.0.0.1',
    'p@1',
    'p@[127.0.0.1]',
    'p@xn--.example',
    'p@example.test/path',
    'p@example.test?subject=x',
    'p@example.test#x',
    'p@ex%61mple.test',
    'p@exa\\mple.test',
    '“p@example.test',
    'p@example.test»',
    'mailto:p%@example.test?',
    'mailto:p%0A@example.test',
    `${'a'.repeat(65)}@example.test`,
    `p@${'a.'.repeat(130)}test`,
  ])('%j is refused', typed => {
    expect(readAddress(typed)).toBeNull()
  })

  it('is read the same again, whatever was typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'grapheme' })), text => {
        const address = readAddress(text)
        if (address === null) return
        expect(readAddress(address)).toBe(address)
        expect(isAddress(address)).toBe(true)
        expect(addressKey(address)).toBe(addressKey(text))
      }),
    )
  })
})

describe('two spellings of an address', () => {
  it.each([
    ['ute@bücher.example', 'ute@xn--bcher-kva.example'],
    ['Ute@Bücher.Example', 'ute@BU\u0308CHER.EXAMPLE'],
    ['JÜRGEN@example.org', 'ju\u0308rgen@example.org'],
    ['<mailto:Anna@Example.org>', 'anna@example.org.'],
    ['ﬁnn@example.org', 'FINN@example.org'],
    ['ｐ@example.org', 'p@example.org'],
    ['ſam@example.org', 'sam@example.org'],
    ['νίκος@example.org', 'ΝΊΚΟΣ@example.org'],
    ['gauß@example.org', 'GAUẞ@example.org'],
  ])('%j and %j are one', (one, other) => {
    expect(addressKey(one)).toBe(addressKey(other))
  })

  it('have a key that is its own key, also of what is no address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), text => {
        const key = addressKey(text)
        expect(addressKey(key)).toBe(key)
        expect(key).not.toMatch(/[\0\ud800-\udfff]/u)
      }),
    )
  })
})
