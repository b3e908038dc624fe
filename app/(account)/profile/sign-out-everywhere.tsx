'use client'

import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { signOutEverywhereAction } from './actions'

export function SignOutEverywhere({ label }: { label: string }) {
  return (
    <Form action={signOutEverywhereAction} className="border-line border-t pt-5">
      <SubmitButton variant="secondary">{label}</SubmitButton>
    </Form>
  )
}
