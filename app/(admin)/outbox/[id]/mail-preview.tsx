import { getTranslations } from 'next-intl/server'
import { Section } from '@/components/section'
import { previewMail } from '@/domain/mail-log/mail'
import type { Viewer } from '@/domain/viewer'

/** The subject of a mail, and folded the whole of it as its reader sees it; the link in it leads nowhere. */
export async function MailPreview({ viewer, mailId }: { viewer: Viewer; mailId: string }) {
  const preview = await previewMail(viewer, mailId)
  if (!preview) return null
  const t = await getTranslations('outbox.preview')
  return (
    <Section title={t('title')}>
      <div className="space-y-3">
        <p className="font-medium wrap-anywhere">{preview.subject}</p>
        <details>
          <summary className="min-h-6 w-fit py-0.5 text-muted text-sm hover:text-ink">{t('show')}</summary>
          <p className="mt-1 text-muted text-sm">{t('blanked')}</p>
          <iframe
            title={t('frame')}
            // Our own words, and still: no script, no form, and no link can be followed.
            srcDoc={preview.html}
            sandbox=""
            className="mt-3 h-[32rem] w-full rounded-md border border-line"
          />
        </details>
      </div>
    </Section>
  )
}
