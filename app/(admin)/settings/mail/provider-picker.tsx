'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useId, useRef, useState } from 'react'
import { LinkButton } from '@/components/button'
import { controlClasses } from '@/components/looks'
import { presets } from '@/domain/mail-server/presets'
import { FindSettings } from './find-settings'

const formOf = (provider: string) => `/settings/mail/new?provider=${provider}`

/** Which provider? By the address that mails shall come from, by its name, or a server of one's own. */
export function ProviderPicker() {
  const t = useTranslations('mailSettings.picker')
  const id = useId()
  const router = useRouter()
  const [search, setSearch] = useState('')
  const field = useRef<HTMLInputElement>(null)
  // The page asks one question, and this is where most answer it. On a phone a keyboard would cover the tiles.
  useEffect(() => {
    if (matchMedia('(min-width: 48rem)').matches) field.current?.focus({ preventScroll: true })
  }, [])
  const words = plain(search)
  const shown = presets.filter(({ id, name }) => id !== 'custom' && plain(name).includes(words))
  return (
    <section aria-labelledby={`${id}-title`} className="max-w-4xl rounded-lg border border-line bg-surface">
      <h2 id={`${id}-title`} className="px-5 pt-5 font-medium text-base">
        {t('title')}
      </h2>
      <div className="max-w-form px-5 pt-4 pb-5">
        <FindSettings />
      </div>
      <div className="space-y-4 border-line border-t p-5">
        <form
          className="flex max-w-80 flex-col gap-1.5 noscript:hidden"
          onSubmit={event => {
            event.preventDefault()
            if (shown[0]) router.push(formOf(shown[0].id))
          }}
        >
          <label htmlFor={`${id}-search`} className="font-medium text-sm">
            {t('search')}
          </label>
          <input
            id={`${id}-search`}
            type="search"
            value={search}
            onChange={event => setSearch(event.currentTarget.value)}
            ref={field}
            autoComplete="off"
            className={controlClasses}
          />
        </form>
        <ul
          aria-label={t('providers')}
          className="grid grid-cols-2 gap-2 sm:grid-cols-3 min-[75rem]:grid-cols-4"
        >
          {shown.map(({ id, name }) => (
            <li key={id}>
              <ProviderTile href={formOf(id)} name={name} />
            </li>
          ))}
        </ul>
        {shown.length === 0 && (
          <p role="status" className="text-muted text-sm">
            {t('none', { search })}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <LinkButton href={formOf('custom')}>{t('other')}</LinkButton>
          <span className="text-muted text-sm">{t('otherText')}</span>
        </div>
      </div>
    </section>
  )
}

function ProviderTile({ href, name }: { href: string; name: string }) {
  return (
    <LinkButton href={href} className="h-full w-full justify-start! gap-2.5 px-2! text-left!">
      <span
        aria-hidden
        className="grid size-7 shrink-0 place-items-center rounded-sm bg-accent-soft font-medium text-accent-ink text-xs"
      >
        {initials(name)}
      </span>
      <span className="min-w-0 wrap-anywhere">{name}</span>
    </LinkButton>
  )
}

/** Two letters: the first of two words, else the capitals of the only one, else how it begins. */
function initials(name: string): string {
  const starts = name.split(/[ .]/).map(word => word[0] ?? '')
  const capitals = name.match(/\p{Lu}/gu) ?? []
  const letters = starts.length > 1 ? starts : capitals.length > 1 ? capitals : [...name]
  return letters.slice(0, 2).join('').toUpperCase()
}

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
