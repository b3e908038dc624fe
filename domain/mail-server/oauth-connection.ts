// Connecting an account by consent: the administrator agrees at the provider, which answers with a refresh token.
import { env } from '@/lib/env'

/** Where the provider sends the browser back to; it must be registered with the provider to the letter. */
export const oauthRedirectUri = () => `${env().appUrl}/settings/mail/oauth`
