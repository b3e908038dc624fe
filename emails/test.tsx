import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'

/** Sent with settings on trial: that it arrived is what it says. */
export default function Test({ t, serverName, host, requestedBy }: MailProps<'test'>) {
  return (
    <Layout t={t} kind="test">
      <Paragraph>{t('test.body', { serverName, host })}</Paragraph>
      <Paragraph quiet>{t('test.requestedBy', { requestedBy })}</Paragraph>
    </Layout>
  )
}

Test.PreviewProps = {
  t: previewTexts,
  serverName: 'Primary',
  host: 'smtp.example.org',
  requestedBy: 'sysadmin@example.org',
} satisfies MailProps<'test'>
