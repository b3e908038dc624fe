import { z } from 'zod'
import { emailField } from '@/domain/accounts/email-address'
import { requestLinkFor } from '@/domain/accounts/password-reset'
import { operation } from '../operation'
import { asked, told } from '../schemas'

export const passwordResets = [
  operation({
    id: 'requestPasswordReset',
    method: 'POST',
    path: '/password-resets',
    tag: 'Password resets',
    summary: 'Ask for a link to reset a password',
    description:
      'The answer is the same for every address. Where there is an account that you look after, it gets a mail: a reset link, or an activation link while it is pending.',
    scope: 'password-resets:write',
    body: asked('PasswordReset', z.strictObject({ email: emailField })),
    status: 202,
    answer: told('PasswordResetTaken', z.object({ status: z.literal('accepted') })),
    async run({ viewer, body: { email } }) {
      await requestLinkFor(viewer, email)
      return { body: { status: 'accepted' } }
    },
  }),
]
