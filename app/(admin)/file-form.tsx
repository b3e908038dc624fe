import type { ReactNode } from 'react'
import { FieldLayout, fieldAria } from '@/components/field-layout'
import { controlClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import { RenderedForField } from '@/components/rendered-for'

type Props = {
  action: string
  /** Of the field, on a page with several */
  id?: string
  label: string
  help: string
  accept: string
  /** Why the last file was refused */
  error?: string
  /** What was done with it */
  done?: string | false
  className?: string
  /** What stands before the field */
  lead?: ReactNode
  /** The buttons */
  children: ReactNode
}

/** A form that sends a file to a route, with what became of the last one. */
export function FileForm({ action, id = 'file', label, help, accept, error, done, ...rest }: Props) {
  const { className, lead, children } = rest
  return (
    <form
      method="post"
      action={action}
      encType="multipart/form-data"
      noValidate
      className={className ?? 'space-y-5'}
    >
      <RenderedForField />
      {done && (
        <Notice tone="success" role="status">
          {done}
        </Notice>
      )}
      {error && (
        <div id={`${id}-error`}>
          <Notice tone="danger" role="alert">
            {error}
          </Notice>
        </div>
      )}
      {lead}
      <FieldLayout id={id} label={label} help={help}>
        <input
          id={id}
          name="file"
          type="file"
          accept={accept}
          {...fieldAria(id, help, error)}
          className={controlClasses}
        />
      </FieldLayout>
      {children}
    </form>
  )
}
