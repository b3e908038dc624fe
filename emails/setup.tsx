import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { LinkEnds } from './_components/link-ends'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Brings the link that makes the first system administrator. */
export default function Setup(mail: MailProps<'setup'>) {
  const { t, organisation, site, email, link } = mail
  return (
    <Layout mail={mail} kind="setup">
      <Paragraph>{t('setup.body', { organisation: t.unlinked(organisation), site, email })}</Paragraph>
      <Action t={t} label={t('setup.action')} link={link} />
      <Paragraph quiet>
        <LinkEnds mail={mail} />
      </Paragraph>
      <Paragraph quiet>{t('setup.notYou')}</Paragraph>
    </Layout>
  )
}

Setup.PreviewProps = { t: previewTexts, ...samples.setup } satisfies MailProps<'setup'>
