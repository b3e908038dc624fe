import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { buttonClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { Stat, Stats } from '@/components/stat'
import { readImport } from '@/domain/accounts/user-import'
import { found, idIn } from '../../../found'
import { KeepFresh } from '../../../keep-fresh'
import { ImportForm } from './import-form'
import { ImportProgress } from './import-progress'
import { ImportProblems, UnderstoodPeople } from './import-tables'
import { UndoImport } from './undo-import'

/** Milliseconds between two looks at an import that is under way. */
const fresh = 2_000

const delimiters: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' }

/** So many names of ignored columns are told. */
const ignoredShown = 20

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users.import'))('title') }
}

/** A file of users: what the check has found, then how far the import is, then what came of it. */
export default async function ImportedFilePage({ params }: { params: Promise<{ id: string }> }) {
  const viewer = await requireViewer()
  const run = await found(readImport(viewer, await idIn(params)))
  const t = await getTranslations('users.import')
  const locale = await getLocale()
  const number = (value: number) => value.toLocaleString(locale)
  const underWay = (run.importedAt && !run.endedAt) || (run.undoneAt && !run.undoEndedAt)
  const good = run.total - run.bad
  const about = t('about', {
    file: run.fileName,
    encoding: t(`encodings.${run.encoding}`),
    delimiter: t(`delimiters.${delimiters[run.delimiter] ?? 'comma'}`),
  })
  return (
    <div className="space-y-6">
      {underWay && <KeepFresh every={fresh} />}
      <PageHeader
        title={t('title')}
        description={about}
        back={{ href: '/users/import', label: t('another') }}
      />
      {run.importedAt ? (
        <>
          <ImportProgress run={run} />
          {run.endedAt && (
            <div className="flex flex-wrap gap-2">
              {/* Not a link of the router: what it leads to is no page. */}
              <a href={`/users/import/${run.id}/result`} download className={buttonClasses('primary')}>
                {t('download')}
              </a>
              <LinkButton href="/users">{t('toUsers')}</LinkButton>
            </div>
          )}
        </>
      ) : (
        <>
          <Stats label={t('checked.label')}>
            <Stat label={t('checked.lines')} value={number(run.total)} />
            <Stat label={t('checked.good')} value={number(good)} />
            <Stat
              label={t('checked.bad')}
              value={number(run.bad)}
              tone={run.bad > 0 ? 'warning' : undefined}
            />
          </Stats>
          {run.ignored.length > 0 && (
            <Notice>
              {t('ignored', {
                count: run.ignored.length,
                columns: run.ignored.slice(0, ignoredShown).join(', '),
              })}
            </Notice>
          )}
          {good > 0 ? (
            <ImportForm importId={run.id} good={good} bad={run.bad} />
          ) : (
            <Notice tone="danger">{t('allBad')}</Notice>
          )}
        </>
      )}
      {run.undoableUntil && <UndoImport importId={run.id} until={run.undoableUntil} />}
      {!run.importedAt && run.people.length > 0 && (
        <UnderstoodPeople people={run.people} places={viewer.role === 'system_administrator'} />
      )}
      <ImportProblems importId={run.id} head={run.head} problems={run.problems} bad={run.bad + run.refused} />
    </div>
  )
}
