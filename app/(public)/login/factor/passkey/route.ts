import { pendingSignIn } from '@/app/auth'
import { passkeyOptionsAnswer } from '@/app/passkey-options'
import { passkeyOptions } from '@/domain/accounts/passkey-sign-in'

/** What the browser needs to show a passkey. A POST: the challenge is kept. */
export const POST = () => passkeyOptionsAnswer(async () => passkeyOptions(await pendingSignIn()))
