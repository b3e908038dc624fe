'use client'

import { useTranslations } from 'next-intl'
import { Stages } from '@/app/stages'
import { Button } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { Notice } from '@/components/notice'
import { TextLink } from '@/components/text-link'
import type { TestView } from './test-view'

type Props = { test: TestView; apply?: (changes: Record<string, string>) => void }

/** The cause and its fix, then what was done step by step, then every word of the dialogue. */
export function TestReport({ test, apply }: Props) {
  const t = useTranslations('mailSettings')
  const { repair } = test
  return (
    <div className="space-y-5">
      <div data-cause={test.cause ?? undefined}>
        <Notice
          tone={test.result === 'accepted' ? 'success' : test.result === 'uncertain' ? 'warning' : 'danger'}
          role={test.result === 'accepted' ? 'status' : 'alert'}
          title={test.title}
        >
          {test.fix && <p>{test.fix}</p>}
          {test.result === 'accepted' && (
            <p>
              <TextLink href="/settings/mail/deliverability">{t('test.deliverability')}</TextLink>
            </p>
          )}
          {repair && apply && (
            <Button className="wrap-anywhere" onClick={() => apply(repair.changes)}>
              {repair.label}
            </Button>
          )}
        </Notice>
      </div>
      {test.reply && (
        <p className="wrap-anywhere">
          <span className="text-muted">{t('test.reply')}</span>{' '}
          <span className="font-mono">{test.reply}</span>
          {test.queueId && (
            <>
              <br />
              <span className="text-muted">{t('test.queueId')}</span>{' '}
              <span className="font-mono">{test.queueId}</span>
            </>
          )}
        </p>
      )}
      <Stages stages={test.stages} />
      <details>
        <summary className="min-h-6 w-fit py-0.5 font-medium">{t('test.transcript')}</summary>
        <pre className="my-3 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5">
          {test.log}
        </pre>
      </details>
      <CopyButton text={test.log} label={t('test.copyLog')} />
    </div>
  )
}
