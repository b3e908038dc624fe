import { getTranslations } from 'next-intl/server'
import { FilterChips } from '@/components/filter-chips'

/** How the frame of a mail is held: as wide as a phone or as there is room, as bright as the reader's pages or not. */
export type Look = { width: 'phone' | 'desktop'; theme: 'own' | 'light' | 'dark' }

/** The looks as links: each keeps the other choice. */
export async function MailLook({ id, look }: { id: string; look: Look }) {
  const t = await getTranslations('inbox.look')
  const to = (change: Partial<Look>) =>
    `/inbox/${id}?${new URLSearchParams({ view: 'html', ...look, ...change })}`
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-2">
      <FilterChips
        label={t('width')}
        chips={(['desktop', 'phone'] as const).map(width => ({
          href: to({ width }),
          label: t(width),
          current: look.width === width,
        }))}
      />
      <FilterChips
        label={t('theme')}
        chips={(['own', 'light', 'dark'] as const).map(theme => ({
          href: to({ theme }),
          label: t(theme),
          current: look.theme === theme,
        }))}
      />
    </div>
  )
}
