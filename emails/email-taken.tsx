import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'

/** Goes to whoever has an address that somebody else has entered as their new one: only they learn of it. */
export default function EmailTaken({ t, name, email, askedAt, resetUrl }: MailProps<'email-taken'>) {
  return (
    <Layout t={t} kind="email-taken" name={name}>
      <Paragraph>{t('email-taken.body', { email, moment: t.moment(askedAt) })}</Paragraph>
      <Paragraph>{t('email-taken.yours')}</Paragraph>
      <Action t={t} label={t('email-taken.action')} link={resetUrl} />
    </Layout>
  )
}

EmailTaken.PreviewProps = {
  t: previewTexts,
  name: 'Anna Example',
  email: 'anna@example.org',
  askedAt: '2025-11-24T14:05:00Z',
  resetUrl: 'https://latchkey.example.org/forgot-password',
} satisfies MailProps<'email-taken'>
