'use client'

import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { FormContext, useForm } from './form-context'

/** Takes what was wrong with a field away once somebody mends it. Stands inside a form, around its fields. */
export function MendedFields({ children }: { children: ReactNode }) {
  const form = useForm()
  const { state } = form
  const [mended, setMended] = useState({ since: state, fields: new Set<string>() })
  const fields = mended.since === state ? mended.fields : undefined

  useEffect(() => {
    const element = form.form.current
    const note = ({ target }: Event) => {
      const name = target instanceof Element ? target.getAttribute('name') : null
      if (!name || !state.fields?.[name]) return
      setMended(known => ({
        since: state,
        fields: new Set([...(known.since === state ? known.fields : []), name]),
      }))
    }
    element?.addEventListener('input', note)
    return () => element?.removeEventListener('input', note)
  }, [form.form, state])

  const shown = useMemo(() => {
    if (!fields?.size) return form
    const left = Object.entries(state.fields ?? {}).filter(([name]) => !fields.has(name))
    return { ...form, state: { ...state, fields: Object.fromEntries(left) } }
  }, [form, state, fields])
  return <FormContext value={shown}>{children}</FormContext>
}
