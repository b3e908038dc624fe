import { useEffect, useState } from 'react'
import { useForm } from '@/components/form-context'

/** What fields of the form around hold now, by their names. */
export function useFieldTexts<Name extends string>(start: Record<Name, string>): Record<Name, string> {
  const { form } = useForm()
  const [texts, setTexts] = useState(start)
  useEffect(() => {
    const element = form.current
    const note = ({ target }: Event) => {
      if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return
      const { name, value } = target
      setTexts(known => (name in known ? { ...known, [name]: value } : known))
    }
    element?.addEventListener('input', note)
    return () => element?.removeEventListener('input', note)
  }, [form])
  return texts
}
