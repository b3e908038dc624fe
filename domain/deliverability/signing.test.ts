import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { describe, expect, test } from 'vitest'
import { dotStuffed } from '@/domain/smtp/delivery'
import { keysFor, type SigningKey, sign } from './signing'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ed25519 = generateKeyPairSync('ed25519').privateKey

const key = (algorithm: string, privateKey: KeyObject | Error, domain = 'example.org'): SigningKey => ({
  domain,
  selector: algorithm.split('-')[0]!,
  algorithm,
  privateKey,
})
const keys = [key('ed25519-sha256', ed25519), key('rsa-sha256', rsa)]

/** What mailauth says of each signature. */
async function verify(raw: Buffer): Promise<string[]> {
  const { results } = await dkimVerify(raw, {
    resolver: async (name: string) => {
      const spki = createPublicKey(name.startsWith('rsa') ? rsa : ed25519).export({
        format: 'der',
        type: 'spki',
      })
      const [type, bytes] = name.startsWith('rsa') ? ['rsa', spki] : ['ed25519', spki.subarray(-32)]
      return [[`v=DKIM1; k=${type}; p=${bytes.toString('base64')}`]]
    },
  })
  return results.map(
    ({ algo, status }: { algo?: string; status: { result: string } }) => `${algo} ${status.result}`,
  )
}

const both = ['ed25519-sha256 pass', 'rsa-sha256 pass']

const space = fc.constantFrom(' ', '  ', '\t', ' \t ', '')
const line = fc
  .array(fc.tuple(fc.constantFrom('a', '.', '=', 'Bücher', '--', 'x'.repeat(70), ''), space), {
    maxLength: 4,
  })
  .map(parts => parts.flat().join(''))
const end = fc.constantFrom('\r\n', '\r\n', '\n')
const body = fc.array(fc.tuple(line, end), { maxLength: 12 }).map(lines => lines.flat().join(''))
const folded = fc
  .array(
    fc.tuple(
      fc.constantFrom('word', 'Grüße', '=?UTF-8?Q?=C3=BC?=', ':'),
      fc.constantFrom(' ', '\t', '  ', '\r\n ', '\r\n\t', '\n  '),
    ),
  )
  .map(parts => parts.flat().join(''))
const message = fc
  .tuple(folded, folded, body)
  .map(
    ([name, subject, content]) =>
      `From: ${name}<a@example.org>\r\nSubject:${subject}\r\nTo: b@example.net\r\nTo : c@example.net\r\nX-Other: 1\r\n\r\n${content}`,
  )

describe('a signed mail', () => {
  test('verifies as it is on its way, whatever its lines are', async () => {
    await fc.assert(
      fc.asyncProperty(message, async text => {
        const raw = Buffer.from(text)
        const signed = await sign(raw, keys)
        expect(signed.subarray(-raw.length).equals(raw)).toBe(true)
        expect(
          await verify(Buffer.from(dotStuffed(signed).toString('latin1').replace(/^\.\./gm, '.'), 'latin1')),
        ).toEqual(both)
      }),
      { numRuns: 200 },
    )
  }, 30_000)

  test('has lines that any server takes', async () => {
    const long = key('rsa-sha256', rsa, `${'a'.repeat(60)}.${'b'.repeat(60)}.example.org`)
    const raw = Buffer.from('From: a@example.org\r\n\r\nText\r\n')
    const signatures = (await sign(raw, [long, ...keys])).subarray(0, -raw.length).toString()
    for (const text of signatures.split('\r\n'))
      expect(text).toMatch(/^(DKIM-Signature:.{0,60}| \S.{0,160}|)$/)
  })

  test('changed on its way does not verify', async () => {
    const signed = (
      await sign(Buffer.from('From: a@example.org\r\nSubject: One\r\n\r\nText\r\n'), keys)
    ).toString()
    for (const changed of [
      signed.replace('One', 'Two'),
      signed.replace('Text', 'Test'),
      signed.replace('From: a', 'From: b'),
    ])
      for (const result of await verify(Buffer.from(changed))) expect(result).not.toMatch(/pass$/)
  })
})

describe('the keys', () => {
  test('are those of the sender’s domain, in their order', () => {
    const others = [
      key('ed25519-sha256', ed25519, 'example.net'),
      key('rsa-sha256', rsa, 'xn--bcher-kva.example'),
    ]
    const all = [others[0]!, keys[0]!, others[1]!, keys[1]!]
    expect(keysFor(all, 'Example <noreply@EXAMPLE.org>')).toEqual(keys)
    expect(keysFor(all, 'noreply@bücher.example')).toEqual([others[1]])
    expect(keysFor(all, 'noreply@mail.example.org')).toEqual([])
  })

  test.each([
    ['cannot be opened', key('rsa-sha256', new Error('moved'))],
    ['is of another kind', key('ed25519-sha256', rsa)],
    ['is of another kind, too', key('rsa-sha256', ed25519)],
  ])('leave no mail unsigned by one that %s', async (_, bad) => {
    const raw = Buffer.from('From: a@example.org\r\n\r\nText\r\n')
    await expect(sign(raw, [keys[0]!, bad])).rejects.toThrow('could not be signed with DKIM')
  })
})
