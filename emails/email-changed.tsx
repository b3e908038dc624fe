import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'

/** Goes to the old address, so that a change that was not its owner's does not pass unseen. */
export default function EmailChanged({ t, name, oldEmail, newEmail, changedAt }: MailProps<'email-changed'>) {
  return (
    <Layout t={t} kind="email-changed" name={name}>
      <Paragraph>{t('email-changed.body', { oldEmail, newEmail, moment: t.moment(changedAt) })}</Paragraph>
      <Paragraph>{t('email-changed.notYou')}</Paragraph>
    </Layout>
  )
}

EmailChanged.PreviewProps = {
  t: previewTexts,
  name: 'Anna Example',
  oldEmail: 'anna@example.org',
  newEmail: 'anna.new@example.org',
  changedAt: '2025-11-24T14:05:00Z',
} satisfies MailProps<'email-changed'>
