import { getLocale, getTranslations } from 'next-intl/server'
import { linkClasses } from '@/components/looks'
import { Table, Td, Th, Tr } from '@/components/table'
import { displayName } from '@/domain/accounts/user'
import type { readImport } from '@/domain/accounts/user-import'
import { problemWords } from '../problem-words'

type Imported = Awaited<ReturnType<typeof readImport>>

type ProblemsProps = Pick<Imported, 'head' | 'problems'> & { importId: string; bad: number }

/** The first lines that nobody is added for, each with the reason. */
export async function ImportProblems({ importId, head, problems, bad }: ProblemsProps) {
  if (problems.length === 0) return null
  const t = await getTranslations('users.import.problemList')
  const locale = await getLocale()
  const words = await problemWords()
  return (
    <section aria-label={t('title')} className="space-y-2">
      <h2 className="font-medium text-base">{t('title')}</h2>
      <Table
        label={t('title')}
        head={
          <>
            <Th>{t('line')}</Th>
            <Th>{t('problem')}</Th>
            <Th>{t('content')}</Th>
          </>
        }
      >
        {problems.map(({ number, cells, ...line }) => (
          <Tr key={number}>
            <Td className="tabular-nums wide:w-20">
              <span className="wide:hidden">{t('line')} </span>
              {number.toLocaleString(locale)}
            </Td>
            <Td label={t('problem')} className="wrap-anywhere max-wide:text-danger!">
              {words(line)}
            </Td>
            <Td label={t('content')} clip title={contentOf(head, cells)}>
              {contentOf(head, cells)}
            </Td>
          </Tr>
        ))}
      </Table>
      {bad > problems.length && (
        <p className="text-sm">
          <span className="text-muted">{t('some', { shown: problems.length, count: bad })}</span>{' '}
          <a href={`/users/import/${importId}/result`} download className={linkClasses}>
            {t('all')}
          </a>
        </p>
      )}
    </section>
  )
}

/** What stands in a line, without what is empty. */
const contentOf = (head: string[], cells: string[]) =>
  cells
    .slice(0, head.length)
    .map(cell => cell.trim())
    .filter(Boolean)
    .join(' · ')
    .slice(0, 300)

/** The first lines as they will be added. */
export async function UnderstoodPeople({ people, places }: Pick<Imported, 'people'> & { places: boolean }) {
  const t = await getTranslations('users')
  return (
    <section aria-label={t('import.people.title')} className="space-y-2">
      <h2 className="font-medium text-base">{t('import.people.title')}</h2>
      <Table
        label={t('import.people.title')}
        head={
          <>
            <Th>{t('email')}</Th>
            <Th>{t('name')}</Th>
            <Th>{t('role')}</Th>
            <Th>{places ? t('place') : t('customer')}</Th>
            <Th>{t('language')}</Th>
          </>
        }
      >
        {people.map(({ number, email, role, tenant, customer, locale, ...name }) => (
          <Tr key={number}>
            <Td clip title={email}>
              {email}
            </Td>
            <Td clip label={t('name')} title={displayName(name)}>
              {displayName(name)}
            </Td>
            <Td label={t('role')}>{t(`roles.${role}`)}</Td>
            <Td clip label={places ? t('place') : t('customer')}>
              {[places ? tenant : null, customer].filter(Boolean).join(' · ')}
            </Td>
            <Td label={t('language')}>{t(`languages.${locale}`)}</Td>
          </Tr>
        ))}
      </Table>
    </section>
  )
}
