import { z } from 'zod'
import { env } from '@/lib/env'

/**
 * Where a webhook is reached: over TLS, unless the installation lets webhooks reach its own network. No user and no
 * password: what is signed needs none, and what is stored in clear text should hold none.
 */
export const webhookUrlField = z
  .string()
  .trim()
  .max(2_000, 'too-long')
  .transform((text, context) => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    if (!URL.canParse(text)) return refuse('webhook-url-invalid')
    const url = new URL(text)
    const plain = url.protocol === 'http:' && env().privateAddresses
    if (url.protocol !== 'https:' && !plain) return refuse('webhook-url-insecure')
    if (url.username || url.password) return refuse('webhook-url-credentials')
    url.hash = ''
    return url.href
  })
