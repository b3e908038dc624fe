import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { LinkEnds } from './_components/link-ends'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Goes to the new address: whoever reads it there may confirm it. */
export default function ConfirmNewEmail(mail: MailProps<'confirm-new-email'>) {
  const { t, organisation, site, newEmail, link } = mail
  return (
    <Layout mail={mail} kind="confirm-new-email">
      <Paragraph>
        {t('confirm-new-email.body', { organisation: t.unlinked(organisation), site, newEmail })}
      </Paragraph>
      <Action t={t} label={t('confirm-new-email.action')} link={link} />
      <Paragraph quiet>
        <LinkEnds mail={mail} /> {t('confirm-new-email.until')}
      </Paragraph>
    </Layout>
  )
}

ConfirmNewEmail.PreviewProps = {
  t: previewTexts,
  ...samples['confirm-new-email'],
} satisfies MailProps<'confirm-new-email'>
