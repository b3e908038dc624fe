'use client'

import { NewPasswordForm, type NewPasswordLabels } from '../../new-password-form'
import { activateAction } from './actions'

type Props = { token: string; email: string; labels: NewPasswordLabels }

export const ActivateForm = (props: Props) => <NewPasswordForm action={activateAction} {...props} />
