import { Action } from './_components/action'
import { Layout, Paragraph } from './_components/layout'
import { LinkEnds } from './_components/link-ends'
import { previewTexts } from './_components/texts'
import type { MailProps } from './message'
import { samples } from './samples'

/** Lets a person know that somebody guesses at their account, and is being slowed down. */
export default function SignInSlowed(mail: MailProps<'sign-in-slowed'>) {
  const { t, organisation, site, email, seenAt, link } = mail
  return (
    <Layout mail={mail} kind="sign-in-slowed">
      <Paragraph>
        {t('sign-in-slowed.body', {
          organisation: t.unlinked(organisation),
          site,
          email,
          moment: t.moment(seenAt),
        })}
      </Paragraph>
      <Paragraph>{t('sign-in-slowed.still')}</Paragraph>
      <Paragraph>{t('sign-in-slowed.notYou')}</Paragraph>
      <Action t={t} label={t('sign-in-slowed.action')} link={link} />
      <Paragraph quiet>
        <LinkEnds mail={mail} />
      </Paragraph>
    </Layout>
  )
}

SignInSlowed.PreviewProps = {
  t: previewTexts,
  ...samples['sign-in-slowed'],
} satisfies MailProps<'sign-in-slowed'>
