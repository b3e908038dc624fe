import { ownPerson } from '@/app/auth'
import { passkeyOptionsAnswer } from '@/app/passkey-options'
import { proofOptions } from '@/domain/accounts/passkey-proof'
import { Refusal } from '@/lib/refusal'

/** What the browser needs to prove with a passkey who somebody is. A POST: the challenge is kept. */
export const POST = () =>
  passkeyOptionsAnswer(async () => {
    const viewer = await ownPerson()
    if (!viewer) throw new Refusal('sign-in-again')
    return proofOptions(viewer)
  })
