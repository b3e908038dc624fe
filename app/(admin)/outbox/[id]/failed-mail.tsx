import { getTranslations } from 'next-intl/server'
import { Notice } from '@/components/notice'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import { displayName } from '@/domain/accounts/user'
import type { readMail } from '@/domain/mail-log/mail'
import type { Viewer } from '@/domain/viewer'
import { mailNews } from '../../mail-news'
import { CorrectAddress } from '../../users/[id]/correct-address'
import { HandOver } from '../../users/[id]/hand-over'

type Props = { viewer: Viewer; mail: Awaited<ReturnType<typeof readMail>> }

/** Of a mail that has failed: for whom it was, what happened, and what to do. */
export async function FailedMail({ viewer, mail }: Props) {
  const t = await getTranslations('outbox.failed')
  const users = await getTranslations('users')
  const { text } = await mailNews(viewer, mail)
  const { person, link } = mail
  const known = mail.cause && t.has(`help.${mail.cause}`) ? mail.cause : 'other'
  // What has failed for a while is mended with a new link, whatever it failed of.
  const help = known === 'other' && link?.end ? 'dead' : known
  const waiting = person?.state === 'pending' && person.manageable && mail.kind === 'activation'
  return (
    <>
      <Notice tone="danger" role="status" title={text}>
        {person && (
          <p>
            {t.rich('person', {
              state: person.state,
              name: displayName(person) || person.email,
              user: name => <TextLink href={`/users/${person.id}`}>{name}</TextLink>,
            })}
          </p>
        )}
        <p>{t(`help.${help}`)}</p>
      </Notice>
      {waiting && (
        <Section title={t('toDo')}>
          <CorrectAddress userId={person.id} email={person.email} tellAt="mail" />
          <div className="space-y-2 border-line border-t pt-5">
            <p className="text-muted text-sm">{t('otherWay')}</p>
            <HandOver
              userId={person.id}
              renew={Boolean(link?.end)}
              labels={{
                resend: users('resend'),
                copyLink: users('copyLink'),
                activationLink: users('activationLink'),
                copy: users('copy'),
                linkReady: users('linkReady'),
              }}
            />
          </div>
        </Section>
      )}
    </>
  )
}
