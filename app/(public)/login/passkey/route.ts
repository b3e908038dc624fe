import { keepPasskeyQuestion } from '@/app/auth'
import { passkeyOptionsAnswer } from '@/app/passkey-options'
import { passkeyQuestion } from '@/domain/accounts/passkey-sign-in'

/** What the browser needs to show a passkey in the place of a password. A POST: a cookie is set. */
export const POST = () =>
  passkeyOptionsAnswer(async () => {
    const { options, sealed } = await passkeyQuestion()
    await keepPasskeyQuestion(sealed)
    return options
  })
