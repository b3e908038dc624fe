import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'

/** Invites a person whose account was just made. */
export default function Activation({ t, name, invitedBy, link, expiresAt }: MailProps<'activation'>) {
  return (
    <Layout t={t} kind="activation" name={name}>
      <Paragraph>
        {invitedBy ? t('activation.invitedBy', { invitedBy }) : t('activation.invited')}{' '}
        {t('activation.body')}
      </Paragraph>
      <Action t={t} label={t('activation.action')} link={link} />
      <Paragraph quiet>{t('linkValid', { moment: t.moment(expiresAt) })}</Paragraph>
    </Layout>
  )
}

Activation.PreviewProps = {
  t: previewTexts,
  name: 'Anna Example',
  invitedBy: 'Tom Admin',
  link: 'https://latchkey.example.org/activate/example-token',
  expiresAt: '2025-11-24T14:05:00Z',
} satisfies MailProps<'activation'>
