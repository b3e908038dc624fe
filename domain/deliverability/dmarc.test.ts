import { describe, expect, it } from 'vitest'
import { recordWith, withTag } from './dmarc'

describe('a DMARC record with a tag changed', () => {
  it.each([
    ['v=DMARC1; p=x; rua=mailto:d@example.org', 'p', 'none', 'v=DMARC1; p=none; rua=mailto:d@example.org'],
    ['v=DMARC1;rua=mailto:d@example.org;', 'p', 'none', 'v=DMARC1; p=none; rua=mailto:d@example.org'],
    ['v=DMARC1; p=reject; aspf=s', 'aspf', 'r', 'v=DMARC1; p=reject; aspf=r'],
  ])('%s, %s, %s: %s', (record, tag, value, changed) => {
    expect(withTag(record, tag, value)).toBe(changed)
  })
})

describe('a DMARC record that takes the place of a garbled one', () => {
  it.each([
    ['DMARC1; p=reject; rua=mailto:d@example.org', 'v=DMARC1; p=reject; rua=mailto:d@example.org'],
    ['v=DMARC 1; P=Reject; SP=none; pct=50', 'v=DMARC1; p=reject; sp=none; pct=50'],
    ['v=dmarc2 p=reject', 'v=DMARC1; p=reject'],
  ])('%s becomes %s', (garbled, record) => {
    expect(recordWith('reject', garbled)).toBe(record)
  })
})
