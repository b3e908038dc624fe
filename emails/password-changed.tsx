import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Lets a person notice a change of their password that was not theirs. */
export default function PasswordChanged(mail: MailProps<'password-changed'>) {
  const { t, organisation, site, email, changedAt, resetUrl } = mail
  return (
    <Layout mail={mail} kind="password-changed">
      <Paragraph>
        {t('password-changed.body', {
          organisation: t.unlinked(organisation),
          site,
          email,
          moment: t.moment(changedAt),
        })}
      </Paragraph>
      <Paragraph>{t('password-changed.notYou')}</Paragraph>
      <Action t={t} label={t('password-changed.action')} link={resetUrl} />
    </Layout>
  )
}

PasswordChanged.PreviewProps = {
  t: previewTexts,
  ...samples['password-changed'],
} satisfies MailProps<'password-changed'>
