import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { DescriptionList } from '@/components/description-list'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import { alarmsOfMail } from '@/domain/alarms/alarms'
import { findMail, readMail } from '@/domain/mail-log/mail'
import { isUndecided } from '@/domain/outbox/states'
import { found, idIn } from '../../found'
import { KeepFresh } from '../../keep-fresh'
import { one, type SearchParams } from '../../list-address'
import { mailNews } from '../../mail-news'
import { freshness } from '../freshness'
import { MailBadge } from '../mail-badge'
import { FailedMail } from './failed-mail'
import { MailActions } from './mail-actions'
import { MailPreview } from './mail-preview'
import { MailTimeline } from './mail-timeline'

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const mail = await found(findMail(await requireViewer(), await idIn(params)))
  const t = await getTranslations('outbox')
  return { title: t('mailTitle', { kind: t(`kinds.${mail.kind}`), recipient: mail.recipient }) }
}

export default async function MailPage({ params, searchParams }: Props) {
  const viewer = await requireViewer()
  const mail = await found(readMail(viewer, await idIn(params)))
  const query = await searchParams
  const detailed = Number(one(query.attempt)) || undefined
  const notice = one(query.notice)
  const undecided = isUndecided(mail)
  const { person } = mail
  const news = await mailNews(viewer, mail)
  const alarms = await alarmsOfMail(viewer, mail.id)
  const t = await getTranslations('outbox')
  return (
    <>
      <KeepFresh every={freshness([mail])} />
      <PageHeader
        title={t(`kinds.${mail.kind}`)}
        description={
          person
            ? t.rich('toUser', {
                recipient: mail.recipient,
                user: address => <TextLink href={`/users/${person.id}`}>{address}</TextLink>,
              })
            : t('to', { recipient: mail.recipient })
        }
        badge={<MailBadge mail={mail} />}
        back={{ href: '/outbox', label: t('title') }}
      />
      <div className="space-y-6">
        {mail.state === 'failed' ? (
          <FailedMail viewer={viewer} mail={mail} />
        ) : (
          <PassingNotice shown={notice === 'corrected'} tone={news.tone}>
            {news.text}
          </PassingNotice>
        )}
        {mail.state === 'uncertain' && (
          <Notice tone="warning">
            {t(undecided ? 'undecided.text' : 'uncertain', { copies: mail.unconfirmed })}
          </Notice>
        )}
        {mail.kept && mail.kind !== 'test' && <Notice tone="warning">{t('keptText')}</Notice>}
        {mail.kind !== 'test' && (
          <MailActions
            mailId={mail.id}
            again={mail.state !== 'sending' && !(mail.state === 'failed' && mail.link?.end)}
            news={mail.state === 'failed' ? null : news}
            sent={mail.state === 'sent' && !mail.kept}
            uncertain={mail.may.confirm}
            cancellable={mail.may.cancel}
            labels={{
              arrived: t('undecided.arrived'),
              again: t('sendAgain.submit'),
              againQuestion: t('sendAgain.question'),
              againText: t('sendAgain.explanation', { recipient: mail.recipient }),
              cancel: t('cancel.submit'),
              cancelQuestion: t('cancel.question'),
              cancelText: t('cancel.explanation', { recipient: mail.recipient }),
              cancelConfirm: t('cancel.confirm'),
              cancelDismiss: t('cancel.dismiss'),
            }}
          />
        )}
        <MailPreview viewer={viewer} mailId={mail.id} />
        <Section title={t('timeline')}>
          <MailTimeline viewer={viewer} mail={mail} detailed={detailed} />
        </Section>
        <Section title={t('facts')}>
          <DescriptionList
            items={[
              { term: t('recipient'), value: mail.recipient },
              { term: t('kind'), value: t(`kinds.${mail.kind}`) },
              ...(alarms.length > 0
                ? [
                    {
                      term: (await getTranslations('alarms'))('ofMail'),
                      value: (
                        <ul>
                          {alarms.map(({ id, type, originator }) => (
                            <li key={id}>
                              <TextLink href={`/alarms/${id}`}>{`${type} (${originator})`}</TextLink>
                            </li>
                          ))}
                        </ul>
                      ),
                    },
                  ]
                : []),
              { term: t('messageId'), value: <span className="font-mono text-xs">{mail.messageId}</span> },
              { term: t('language'), value: t(`languages.${mail.locale}`) },
              { term: t('attempts'), value: mail.attempts },
              { term: t('expires'), value: await moment(mail.expiresAt) },
            ]}
          />
        </Section>
      </div>
    </>
  )
}
