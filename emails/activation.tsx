import { Action } from './_components/action'
import { Code } from './_components/code'
import { Layout, Paragraph } from './_components/layout'
import { LinkEnds } from './_components/link-ends'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Invites a person whose account was just made. */
export default function Activation(mail: MailProps<'activation'>) {
  const { t, invitedBy, organisation, site, email, link } = mail
  const account = { organisation: t.unlinked(organisation), site, email }
  return (
    <Layout mail={mail} kind="activation">
      <Paragraph>
        {invitedBy
          ? t('activation.invitedBy', { invitedBy: t.unlinked(invitedBy), ...account })
          : t('activation.invited', account)}{' '}
        {t('activation.body')}
      </Paragraph>
      <Action t={t} label={t('activation.action')} link={link} />
      <Code mail={mail} />
      <Paragraph quiet>
        <LinkEnds mail={mail} />
      </Paragraph>
    </Layout>
  )
}

Activation.PreviewProps = { t: previewTexts, ...samples.activation } satisfies MailProps<'activation'>
