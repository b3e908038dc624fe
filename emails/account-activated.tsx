import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'

/** Tells a person that the account is open now, and where. */
export default function AccountActivated({ t, name, email, signInUrl }: MailProps<'account-activated'>) {
  return (
    <Layout t={t} kind="account-activated" name={name}>
      <Paragraph>{t('account-activated.body', { email })}</Paragraph>
      <Action t={t} label={t('account-activated.action')} link={signInUrl} />
      <Paragraph quiet>{t('account-activated.notYou')}</Paragraph>
    </Layout>
  )
}

AccountActivated.PreviewProps = {
  t: previewTexts,
  name: 'Anna Example',
  email: 'anna@example.org',
  signInUrl: 'https://latchkey.example.org/login',
} satisfies MailProps<'account-activated'>
