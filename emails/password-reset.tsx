import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'

/** Carries the link to a new password. */
export default function PasswordReset({ t, name, link, expiresAt }: MailProps<'password-reset'>) {
  return (
    <Layout t={t} kind="password-reset" name={name}>
      <Paragraph>{t('password-reset.body')}</Paragraph>
      <Action t={t} label={t('password-reset.action')} link={link} />
      <Paragraph quiet>
        {t('linkValid', { moment: t.moment(expiresAt) })} {t('password-reset.notYou')}
      </Paragraph>
    </Layout>
  )
}

PasswordReset.PreviewProps = {
  t: previewTexts,
  name: 'Anna Example',
  link: 'https://latchkey.example.org/reset-password/example-token',
  expiresAt: '2025-11-24T14:05:00Z',
} satisfies MailProps<'password-reset'>
