import { readNotMe, resetAsNotMe } from '@/domain/accounts/password-reset'
import { newPasswordPage } from '../../new-password-page'

/** Where the link "This was not me" leads: a typed password ends all sessions. */
export const { GET, POST } = newPasswordPage({
  purpose: 'not-me',
  texts: 'notMe',
  read: readNotMe,
  set: resetAsNotMe,
})
