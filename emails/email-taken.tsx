import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Goes to whoever has an address that somebody else has entered as their new one: only they learn of it. */
export default function EmailTaken(mail: MailProps<'email-taken'>) {
  const { t, organisation, site, email, askedAt, resetUrl } = mail
  return (
    <Layout mail={mail} kind="email-taken">
      <Paragraph>
        {t('email-taken.body', {
          organisation: t.unlinked(organisation),
          site,
          email,
          moment: t.moment(askedAt),
        })}
      </Paragraph>
      <Paragraph>{t('email-taken.yours')}</Paragraph>
      <Action t={t} label={t('email-taken.action')} link={resetUrl} />
    </Layout>
  )
}

EmailTaken.PreviewProps = { t: previewTexts, ...samples['email-taken'] } satisfies MailProps<'email-taken'>
