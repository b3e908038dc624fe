'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import type { FormState } from '@/lib/form-state'
import { Button } from './button'
import { Dialog } from './dialog'
import { useForm } from './form-context'

type Props = {
  /** Which outcome of the form saved it; by default every `done`. A test that went well saves nothing. */
  savedBy?: (state: FormState<unknown>) => boolean
}

const anyDone = (state: FormState<unknown>) => state.status === 'done'

/**
 * Stands inside a `Form` and asks before unsaved changes are left: in a dialog when a link is followed,
 * with the browser's own question when the page is closed or loaded anew. Sending the form is not leaving.
 */
export function UnsavedGuard({ savedBy = anyDone }: Props) {
  const { state, pending, form } = useForm()
  const changed = useRef(false)
  const [destination, setDestination] = useState<string>()
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
      const link = followedLink(event)
      if (!link || !unsaved()) return
      event.preventDefault()
      event.stopPropagation()
      setDestination(link.pathname + link.search + link.hash)
    }
    window.addEventListener('beforeunload', askOnUnload)
    // In the capture phase: before the router sees the click.
    document.addEventListener('click', askOnLink, true)
    return () => {
      window.removeEventListener('beforeunload', askOnUnload)
      document.removeEventListener('click', askOnLink, true)
    }
  }, [pending])

  return (
    <Dialog
      open={destination !== undefined}
      onOpenChange={open => open || setDestination(undefined)}
      title={t('leaveTitle')}
      initialFocus={stay}
      footer={
        <>
          <Button ref={stay} onClick={() => setDestination(undefined)}>
            {t('stay')}
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              changed.current = false
              setDestination(undefined)
              if (destination) router.push(destination)
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

/** The link that a click follows within the application and this tab, if it leads off the page. */
function followedLink(event: MouseEvent): HTMLAnchorElement | null {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!plain || event.defaultPrevented || !(event.target instanceof Element)) return null
  const link = event.target.closest<HTMLAnchorElement>('a[href]')
  if (!link || link.target === '_blank' || link.hasAttribute('download')) return null
  if (link.origin !== location.origin) return null
  const samePage = link.pathname === location.pathname && link.search === location.search
  return samePage ? null : link
}
