import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Goes to the old address, so that a change that was not its owner's does not pass unseen. */
export default function EmailChanged(mail: MailProps<'email-changed'>) {
  const { t, organisation, site, oldEmail, newEmail, changedAt } = mail
  return (
    <Layout mail={mail} kind="email-changed">
      <Paragraph>
        {t('email-changed.body', {
          organisation: t.unlinked(organisation),
          site,
          oldEmail,
          newEmail,
          moment: t.moment(changedAt),
        })}
      </Paragraph>
      <Paragraph>{t('email-changed.notYou')}</Paragraph>
    </Layout>
  )
}

EmailChanged.PreviewProps = {
  t: previewTexts,
  ...samples['email-changed'],
} satisfies MailProps<'email-changed'>
