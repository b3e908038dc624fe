'use client'

import { confirmedName } from '@/lib/form-state'
import { pressedPrefix } from '@/lib/proof-question'
import { useForm } from './form-context'

type Props = {
  name?: string
  value?: unknown
  /** Whether the button asks something first, which was answered */
  confirmed?: boolean
}

/** Stands beside a button: while its form asks who it is, says that this is the one that was pressed. */
export function PressedAgain({ name, value, confirmed = false }: Props) {
  const { state } = useForm()
  if (!state.proof || (name && state.values?.[name] !== String(value))) return null
  return (
    <>
      {name && <input type="hidden" name={pressedPrefix + name} value={String(value)} />}
      {confirmed && <input type="hidden" name={pressedPrefix + confirmedName} value="yes" />}
    </>
  )
}
