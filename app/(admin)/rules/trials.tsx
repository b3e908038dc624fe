'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '@/components/badge'
import { Notice } from '@/components/notice'
import { TextLink } from '@/components/text-link'
import type { Tried } from './actions'

/** Which rules match and why the others do not, who would get what, and the mail as it would look. */
export function Trials({ tried: { trials, mailId } }: { tried: Tried }) {
  const t = useTranslations('rules.try')
  return (
    <section aria-label={t('result')} className="space-y-4">
      {mailId && <TextLink href={`/outbox/${mailId}`}>{t('toMail')}</TextLink>}
      {trials.length === 0 && <p className="text-muted text-sm">{t('noRules')}</p>}
      <ul className="space-y-4">
        {trials.map(({ ruleId, name, enabled, why, problem, detail, recipients, mail }) => (
          <li key={ruleId || name} className="space-y-2 rounded-md border border-line p-4">
            <p className="flex flex-wrap items-center gap-2 text-sm">
              <span className="font-medium wrap-anywhere">{name}</span>
              <Badge tone={why ? 'neutral' : 'success'}>{why ? t('matchesNot') : t('matches')}</Badge>
              {!enabled && <Badge tone="warning">{t('off')}</Badge>}
            </p>
            {why && <p className="text-sm">{t(`why.${why}`)}</p>}
            {problem && (
              <Notice tone="warning">
                {t(`problems.${problem}`)} {detail}
              </Notice>
            )}
            {!why && (
              <p className="text-sm wrap-anywhere">
                {recipients.length > 0
                  ? t('goesTo', {
                      addresses: recipients
                        .map(({ address, how }) => (how === 'to' ? address : `${address} (${how})`))
                        .join(', '),
                    })
                  : t('nobody')}
              </p>
            )}
            {mail && (
              <>
                <p className="font-medium text-sm wrap-anywhere">{mail.subject}</p>
                <iframe
                  title={t('frame', { name })}
                  // Words of others, and still: no script, no form, and no link can be followed.
                  srcDoc={mail.html}
                  sandbox=""
                  className="h-72 w-full rounded-md border border-line bg-white"
                />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
