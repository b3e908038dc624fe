import { z } from 'zod'
import { addressKey, readAddress } from '@/lib/email-address'

/** What makes two addresses the same account. */
export const emailKey = addressKey

/** An address as typed in a form, with what clings to it taken off. */
export const emailField = z.string().transform((text, context) => {
  if (text.trim() === '') context.addIssue({ code: 'custom', message: 'email-required' })
  else {
    const address = readAddress(text)
    if (address !== null) return address
    context.addIssue({ code: 'custom', message: 'email-invalid' })
  }
  return z.NEVER
})
