import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'

/** Lets a person notice a change of their password that was not theirs. */
export default function PasswordChanged({ t, name, changedAt, resetUrl }: MailProps<'password-changed'>) {
  return (
    <Layout t={t} kind="password-changed" name={name}>
      <Paragraph>{t('password-changed.body', { moment: t.moment(changedAt) })}</Paragraph>
      <Paragraph>{t('password-changed.notYou')}</Paragraph>
      <Action t={t} label={t('password-changed.action')} link={resetUrl} />
    </Layout>
  )
}

PasswordChanged.PreviewProps = {
  t: previewTexts,
  name: 'Anna Example',
  changedAt: '2025-11-24T14:05:00Z',
  resetUrl: 'https://latchkey.example.org/forgot-password',
} satisfies MailProps<'password-changed'>
