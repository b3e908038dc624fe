import { signedInPerson } from '@/app/auth'
import { passkeyOptionsAnswer } from '@/app/passkey-options'
import { newPasskeyOptions } from '@/domain/accounts/passkey'
import { Refusal } from '@/lib/refusal'

/** What the browser needs to make a passkey. A POST: the challenge is kept. */
export const POST = () =>
  passkeyOptionsAnswer(async () => {
    const viewer = await signedInPerson()
    if (!viewer) throw new Refusal('not-allowed')
    return newPasskeyOptions(viewer)
  })
