import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { LinkEnds } from './_components/link-ends'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Lets a person notice that somebody has signed in to their account where nobody had before. */
export default function NewDevice(mail: MailProps<'new-device'>) {
  const { t, organisation, site, email, device, address, seenAt, link } = mail
  return (
    <Layout mail={mail} kind="new-device">
      <Paragraph>{t('new-device.body', { organisation: t.unlinked(organisation), site, email })}</Paragraph>
      <Paragraph>{t('new-device.where', { moment: t.moment(seenAt), device, address })}</Paragraph>
      <Paragraph>{t('new-device.notYou')}</Paragraph>
      <Action t={t} label={t('new-device.action')} link={link} />
      <Paragraph quiet>
        <LinkEnds mail={mail} />
      </Paragraph>
    </Layout>
  )
}

NewDevice.PreviewProps = { t: previewTexts, ...samples['new-device'] } satisfies MailProps<'new-device'>
