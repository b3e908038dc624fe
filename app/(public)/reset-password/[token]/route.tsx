import { readPasswordReset, resetPassword } from '@/domain/accounts/password-reset'
import { newPasswordPage } from '../../new-password-page'

export const { GET, POST } = newPasswordPage({
  purpose: 'password-reset',
  texts: 'resetPassword',
  read: readPasswordReset,
  set: resetPassword,
})
