import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Tells a person that the account is open now, and where. */
export default function AccountActivated(mail: MailProps<'account-activated'>) {
  const { t, organisation, site, email, signInUrl } = mail
  return (
    <Layout mail={mail} kind="account-activated">
      <Paragraph>
        {t('account-activated.body', { organisation: t.unlinked(organisation), site, email })}
      </Paragraph>
      <Action t={t} label={t('account-activated.action')} link={signInUrl} />
      <Paragraph quiet>{t('account-activated.notYou')}</Paragraph>
    </Layout>
  )
}

AccountActivated.PreviewProps = {
  t: previewTexts,
  ...samples['account-activated'],
} satisfies MailProps<'account-activated'>
