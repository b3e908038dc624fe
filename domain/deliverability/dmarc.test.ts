import { describe, expect, it } from 'vitest'
import { withTag } from './dmarc'

describe('a DMARC record with a tag changed', () => {
  it.each([
    ['v=DMARC1; p=x; rua=mailto:d@example.org', 'p', 'none', 'v=DMARC1; p=none; rua=mailto:d@example.org'],
    ['v=DMARC1;rua=mailto:d@example.org;', 'p', 'none', 'v=DMARC1; p=none; rua=mailto:d@example.org'],
    ['v=DMARC1; p=reject; aspf=s', 'aspf', 'r', 'v=DMARC1; p=reject; aspf=r'],
  ])('%s, %s, %s: %s', (record, tag, value, changed) => {
    expect(withTag(record, tag, value)).toBe(changed)
  })
})
