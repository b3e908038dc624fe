'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import type { FormState } from '@/lib/form-state'
import { Button } from './button'
import { Dialog } from './dialog'
import { followedLink } from './followed-link'
import { useForm } from './form-context'

type Props = {
  /** Which outcome of the form saved it; by default every `done`. A test that went well saves nothing. */
  savedBy?: (state: FormState<unknown>) => boolean
}

const anyDone = (state: FormState<unknown>) => state.status === 'done'

/**
 * Stands inside a `Form` and asks before unsaved changes are left: in a dialog when a link or the way back is
 * followed, with the browser's own question when the page is closed or loaded anew. Sending the form is not leaving.
 */
export function UnsavedGuard({ savedBy = anyDone }: Props) {
  const { state, pending, form } = useForm()
  const changed = useRef(false)
  const [leave, setLeave] = useState<() => void>()
  const stay = useRef<HTMLButtonElement>(null)
  const router = useRouter()
  const t = useTranslations('components')

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each outcome, whoever judges it
  useEffect(() => {
    if (savedBy(state)) changed.current = false
  }, [state])

  useEffect(() => {
    const element = form.current
    const note = () => {
      changed.current = true
    }
    element?.addEventListener('input', note)
    return () => element?.removeEventListener('input', note)
  }, [form])

  useEffect(() => {
    const unsaved = () => changed.current && !pending
    const askOnUnload = (event: BeforeUnloadEvent) => {
      if (unsaved()) event.preventDefault()
    }
    const askOnLink = (event: MouseEvent) => {
      const link = event.defaultPrevented ? null : followedLink(event)
      if (!link || !unsaved()) return
      event.preventDefault()
      event.stopPropagation()
      setLeave(() => () => router.push(link.pathname + link.search + link.hash))
    }
    // Back and forward, in browsers that let a page stop them.
    const askOnTraverse = (event: NavigateEvent) => {
      if (event.navigationType !== 'traverse' || !event.cancelable || !unsaved()) return
      event.preventDefault()
      const { key } = event.destination
      setLeave(() => () => navigation.traverseTo(key))
    }
    const history = 'navigation' in window ? navigation : null
    history?.addEventListener('navigate', askOnTraverse)
    window.addEventListener('beforeunload', askOnUnload)
    // In the capture phase: before the router sees the click.
    document.addEventListener('click', askOnLink, true)
    return () => {
      window.removeEventListener('beforeunload', askOnUnload)
      document.removeEventListener('click', askOnLink, true)
      history?.removeEventListener('navigate', askOnTraverse)
    }
  }, [pending, router])

  return (
    <Dialog
      open={leave !== undefined}
      onOpenChange={open => open || setLeave(undefined)}
      title={t('leaveTitle')}
      initialFocus={stay}
      footer={
        <>
          <Button ref={stay} onClick={() => setLeave(undefined)}>
            {t('stay')}
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              changed.current = false
              setLeave(undefined)
              leave?.()
            }}
          >
            {t('leave')}
          </Button>
        </>
      }
    >
      {t('leaveText')}
    </Dialog>
  )
}
