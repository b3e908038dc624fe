import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Sent with settings on trial: that it arrived is what it says. */
export default function Test(mail: MailProps<'test'>) {
  const { t, serverName, host, requestedBy, organisation, site } = mail
  return (
    <Layout mail={mail} kind="test">
      <Paragraph>
        {t('test.body', {
          requestedBy,
          organisation: t.unlinked(organisation),
          site,
          serverName: t.unlinked(serverName),
          host,
        })}{' '}
        {t('test.sameWay')}
      </Paragraph>
    </Layout>
  )
}

Test.PreviewProps = { t: previewTexts, ...samples.test } satisfies MailProps<'test'>
