import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'

/** Goes to the new address: whoever reads it there may confirm it. */
export default function ConfirmNewEmail({
  t,
  name,
  newEmail,
  link,
  expiresAt,
}: MailProps<'confirm-new-email'>) {
  return (
    <Layout t={t} kind="confirm-new-email" name={name}>
      <Paragraph>{t('confirm-new-email.body', { newEmail })}</Paragraph>
      <Action t={t} label={t('confirm-new-email.action')} link={link} />
      <Paragraph quiet>
        {t('linkValid', { moment: t.moment(expiresAt) })} {t('confirm-new-email.until')}
      </Paragraph>
    </Layout>
  )
}

ConfirmNewEmail.PreviewProps = {
  t: previewTexts,
  name: 'Anna Example',
  newEmail: 'anna.new@example.org',
  link: 'https://latchkey.example.org/confirm-email/example-token',
  expiresAt: '2025-11-24T14:05:00Z',
} satisfies MailProps<'confirm-new-email'>
