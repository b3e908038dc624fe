import { Action } from './_components/action'
import { Code } from './_components/code'
import { Layout, Paragraph } from './_components/layout'
import { LinkEnds } from './_components/link-ends'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Carries the link to a new password. */
export default function PasswordReset(mail: MailProps<'password-reset'>) {
  const { t, organisation, site, email, link } = mail
  return (
    <Layout mail={mail} kind="password-reset">
      <Paragraph>
        {t('password-reset.body', { organisation: t.unlinked(organisation), site, email })}
      </Paragraph>
      <Action t={t} label={t('password-reset.action')} link={link} />
      <Code mail={mail} />
      <Paragraph quiet>
        <LinkEnds mail={mail} /> {t('password-reset.notYou')}
      </Paragraph>
    </Layout>
  )
}

PasswordReset.PreviewProps = {
  t: previewTexts,
  ...samples['password-reset'],
} satisfies MailProps<'password-reset'>
