'use client'

import { NewPasswordForm, type NewPasswordLabels } from '../../new-password-form'
import { resetPasswordAction } from './actions'

type Props = { token: string; email: string; labels: NewPasswordLabels }

export const ResetPasswordForm = (props: Props) => <NewPasswordForm action={resetPasswordAction} {...props} />
