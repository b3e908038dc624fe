import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import type { undecidedMails } from '@/domain/mail-log/mail'
import { changeMailAction } from './[id]/actions'

/** Mails of which only a person can say whether they arrived, and the two things that may be said. */
export async function Undecided({ mails }: { mails: Awaited<ReturnType<typeof undecidedMails>> }) {
  const t = await getTranslations('outbox')
  return (
    <Section title={t('undecided.title')} description={t('undecided.explanation')}>
      <ul className="divide-y divide-line">
        {mails.map(({ id, recipient, kind }) => (
          <li key={id} className="py-2 first:pt-0 last:pb-0">
            <Form action={changeMailAction} aria-label={recipient}>
              <input type="hidden" name="mailId" value={id} />
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span className="min-w-0 wrap-anywhere">
                  <TextLink href={`/outbox/${id}`}>{recipient}</TextLink>
                  {` · ${t(`kinds.${kind}`)}`}
                </span>
                <span className="flex flex-wrap gap-2">
                  <SubmitButton name="what" value="arrived" variant="secondary">
                    {t('undecided.arrived')}
                    <span className="sr-only"> {recipient}</span>
                  </SubmitButton>
                  <SubmitButton name="what" value="again" variant="secondary">
                    {t('sendAgain.submit')}
                    <span className="sr-only"> {recipient}</span>
                  </SubmitButton>
                </span>
              </div>
            </Form>
          </li>
        ))}
      </ul>
    </Section>
  )
}
