'use client'

import { useTranslations } from 'next-intl'
import { Stages } from '@/app/stages'
import { Button, SubmitButton } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { Notice } from '@/components/notice'
import { TextLink } from '@/components/text-link'
import type { Fix } from '@/domain/mail-server/fix'
import { mailServerFormId } from './mail-server-form-id'
import type { TestView } from './test-view'

type Props = {
  test: TestView
  apply: (fix: Fix) => void
  /** Whether the server may stand by */
  standby: boolean
}

const tones = { accepted: 'success', failed: 'danger', uncertain: 'warning', cancelled: 'info' } as const

/** The cause and its fix, then what was done step by step, then every word of the dialogue. */
export function TestReport({ test, apply, standby }: Props) {
  const t = useTranslations('mailSettings')
  const { repair, link, result } = test
  const well = result === 'accepted'
  return (
    <div className="space-y-5">
      <div data-cause={test.cause ?? undefined}>
        <Notice
          tone={tones[result]}
          role={well || result === 'cancelled' ? 'status' : 'alert'}
          title={test.title}
        >
          {test.fix && <p>{test.fix}</p>}
          {repair && (
            <Button className="wrap-anywhere noscript:hidden" variant="primary" onClick={() => apply(repair)}>
              {repair.label}
            </Button>
          )}
        </Notice>
      </div>
      {well && !test.kept && (
        <div className="flex flex-wrap gap-2">
          <SubmitButton form={mailServerFormId} name="intent" value="save-primary">
            {t('test.savePrimary')}
          </SubmitButton>
          {standby && (
            <SubmitButton form={mailServerFormId} name="intent" value="save-standby" variant="secondary">
              {t('test.saveStandby')}
            </SubmitButton>
          )}
        </div>
      )}
      {link && (
        <p>
          <TextLink href={link.href}>{link.label}</TextLink>
        </p>
      )}
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
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be focusable (WCAG 2.1.1)
          tabIndex={0}
          className="my-3 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5"
        >
          {test.log}
        </pre>
      </details>
      <CopyButton text={test.log} label={t('test.copyLog')} />
    </div>
  )
}
