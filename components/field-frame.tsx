'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useId } from 'react'
import { FieldLayout, type FieldLayoutProps, fieldAria } from './field-layout'
import { useField } from './form-context'

/** What every field takes, whatever its control is. */
export type FieldProps = Pick<FieldLayoutProps, 'label' | 'help' | 'aside' | 'width'> & {
  name: string
  /** Says "(optional)" beside the label. */
  optional?: boolean
}

/** The ids and ARIA attributes that tie a control to its label, help and error. */
export function useFieldWiring(name: string, help: ReactNode, ownId?: string) {
  const generated = useId()
  const id = ownId ?? generated
  const { typed, error, declared } = useField(name)
  return { id, typed, error, declared, aria: fieldAria(id, help, error) }
}

type FrameProps = Omit<FieldProps, 'name'> & {
  id: string
  error?: string
  /** The value is declared from outside */
  declared?: boolean
  children: ReactNode
}

/** The layout of a field in a form of React's. */
export function FieldFrame({ optional, declared, aside, ...rest }: FrameProps) {
  const t = useTranslations('components')
  const said = declared ? <span className="text-muted">{t('declared')}</span> : aside
  return <FieldLayout {...rest} aside={said} optional={optional && !declared && t('optional')} />
}
