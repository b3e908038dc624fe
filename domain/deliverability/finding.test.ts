import { describe, expect, it } from 'vitest'
import { messagesFor } from '@/lib/i18n/locales'
import { reasons } from './finding'

describe('a finding', () => {
  it('has a sentence for each reason, and there is no sentence for another', async () => {
    const { deliverability } = (await messagesFor('en')) as { deliverability: { reasons: object } }
    expect(Object.keys(deliverability.reasons).sort()).toEqual([...reasons].sort())
  })
})
