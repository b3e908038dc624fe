'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import type { FormState } from '@/lib/form-state'
import { changeManyUsersAction, type NotDone } from './actions'
import { chosenUser, manyUsers } from './many-users-form-id'

type Props = {
  /** Nobody is listed: what was done last is all there is to say. */
  empty: boolean
  /** More match than are listed: the view of the list, and what they are called together. */
  beyond?: { address: Record<string, string | undefined>; label: string }
  labels: Record<
    'title' | 'all' | 'resend' | 'disable' | 'enable' | 'delete' | 'question' | 'explanation',
    string
  >
}

/** What can be done to all users whose boxes are ticked. */
export function ManyUsersForm({ empty, beyond, labels }: Props) {
  return (
    <Form
      id={manyUsers}
      action={changeManyUsersAction}
      aria-label={labels.title}
      className={
        empty ? 'space-y-3 not-has-[[role]]:hidden' : 'space-y-3 rounded-lg border border-line bg-surface p-4'
      }
    >
      {state => (
        <>
          <NotDoneList notDone={state.data ?? []} />
          <Kept state={state} />
          <div hidden={empty} className="flex flex-wrap items-center gap-x-4 gap-y-3">
            <ChooseAll label={labels.all} />
            {beyond && (
              <label className="flex min-h-6 items-center gap-2.5 text-sm">
                <input
                  type="checkbox"
                  name="all"
                  defaultChecked={state.status === 'asked' && state.values?.all !== undefined}
                  className="size-4 accent-accent"
                />
                {beyond.label}
              </label>
            )}
            {Object.entries(beyond?.address ?? {}).map(
              ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
            )}
            <div className="flex flex-wrap gap-2">
              {(['resend', 'disable', 'enable'] as const).map(deed => (
                <SubmitButton key={deed} name="deed" value={deed} variant="secondary">
                  {labels[deed]}
                </SubmitButton>
              ))}
              <ConfirmButton
                name="deed"
                value="delete"
                variant="danger"
                plain
                title={labels.question}
                question={labels.explanation}
              >
                {labels.delete}
              </ConfirmButton>
            </div>
          </div>
        </>
      )}
    </Form>
  )
}

function NotDoneList({ notDone }: { notDone: NotDone }) {
  if (notDone.length === 0) return null
  return (
    <ul className="space-y-1 text-sm">
      {notDone.map(({ reason, emails }) => (
        <li key={reason} className="wrap-anywhere">
          {emails.join(', ')}: {reason}
        </li>
      ))}
    </ul>
  )
}

/** Who was chosen when the question came without JavaScript: the boxes have forgotten it by then. */
function Kept({ state }: { state: FormState<NotDone> }) {
  if (state.status !== 'asked') return null
  return Object.keys(state.values ?? {})
    .filter(name => name.startsWith(chosenUser))
    .map(name => <input key={name} type="hidden" name={name} value="on" />)
}

/** Ticks all boxes of the page, or none. */
function ChooseAll({ label }: { label: string }) {
  const t = useTranslations('components')
  const [chosen, setChosen] = useState({ some: 0, all: false })

  useEffect(() => {
    const count = () => {
      const ticked = boxes().filter(({ checked }) => checked).length
      setChosen({ some: ticked, all: ticked > 0 && ticked === boxes().length })
    }
    // Once the form has been emptied, which it says before it is.
    const countLater = () => setTimeout(count)
    document.addEventListener('change', count)
    document.addEventListener('reset', countLater)
    count()
    return () => {
      document.removeEventListener('change', count)
      document.removeEventListener('reset', countLater)
    }
  }, [])

  return (
    <label className="flex min-h-6 items-center gap-2.5 text-sm noscript:hidden">
      <input
        type="checkbox"
        checked={chosen.all}
        onChange={({ target }) => {
          for (const box of boxes()) box.checked = target.checked
        }}
        className="size-4 accent-accent"
      />
      {label}
      {chosen.some > 0 && <span className="text-muted">{t('chosen', { count: chosen.some })}</span>}
    </label>
  )
}

const boxes = () => [
  ...document.querySelectorAll<HTMLInputElement>(`input[type="checkbox"][form="${manyUsers}"]`),
]
