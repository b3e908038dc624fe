import { headers } from 'next/headers'
import { getTranslations } from 'next-intl/server'
import { Section } from '@/components/section'
import { reportOfTest } from '@/domain/outbox/test-mail'
import type { Viewer } from '@/domain/viewer'
import { found } from '../../found'
import { TestReport } from './test-report'
import { testView } from './test-view'

/** How long a page is kept back for the end of a test, in milliseconds, and how soon it then loads itself again, in seconds. */
const patience = 4_000
const again = 1

/** A test in a browser without JavaScript: the page waits a moment, and loads again as long as the test goes on. */
export async function TestWithoutScript({ viewer, id }: { viewer: Viewer; id: string }) {
  // A form that was posted from here has an outcome of its own.
  if ((await headers()).has('content-type')) return null
  const t = await getTranslations('mailSettings.test')
  const report = await found(reportOfTest(viewer, id, patience))
  const test = report && (await testView(report))
  return (
    <Section title={test?.heading ?? t('running')}>
      {test ? (
        <TestReport test={test} />
      ) : (
        <>
          <noscript>
            <meta httpEquiv="refresh" content={String(again)} />
          </noscript>
          <p role="status">{t('runningText')}</p>
        </>
      )}
    </Section>
  )
}
