import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Lets a person notice a change of how they sign in, beside the password, that was not theirs. */
export default function SignInSecurityChanged(mail: MailProps<'sign-in-security-changed'>) {
  const { t, organisation, site, email, change, changedAt, resetUrl } = mail
  return (
    <Layout mail={mail} kind="sign-in-security-changed">
      <Paragraph>
        {t('sign-in-security-changed.body', {
          organisation: t.unlinked(organisation),
          site,
          email,
          moment: t.moment(changedAt),
        })}
      </Paragraph>
      <Paragraph>{t('sign-in-security-changed.change', { change })}</Paragraph>
      <Paragraph>{t('sign-in-security-changed.notYou')}</Paragraph>
      <Action t={t} label={t('sign-in-security-changed.action')} link={resetUrl} />
    </Layout>
  )
}

SignInSecurityChanged.PreviewProps = {
  t: previewTexts,
  ...samples['sign-in-security-changed'],
} satisfies MailProps<'sign-in-security-changed'>
