import { getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { Button } from '@/components/button'
import { readDisposableList } from '@/domain/settings/disposable-domains'
import type { Viewer } from '@/domain/viewer'
import { FileForm } from '../file-form'
import { found } from '../found'
import { one, type SearchParams } from '../list-address'

const refusals = ['list-no-file', 'list-empty', 'list-too-large', 'list-unreadable']

/** Which list of disposable domains holds, and how to put another in its place. */
export async function DisposableList({
  viewer,
  searchParams,
}: {
  viewer: Viewer
  searchParams: SearchParams
}) {
  const { number, replaced } = await found(readDisposableList(viewer))
  const t = await getTranslations('settings.list')
  const { list, line } = await searchParams
  const outcome = one(list)
  const refused = refusals.find(code => code === outcome)
  const error = refused && (await getTranslations('refusals'))(refused, { line: lineOf(one(line)) })
  return (
    <details
      id="disposable-domains"
      open={Boolean(outcome)}
      className="mt-8 rounded-lg border border-line bg-surface p-5"
    >
      <summary className="w-fit font-medium">{t('title')}</summary>
      <FileForm
        action="/settings/disposable-domains"
        label={t('file')}
        help={t('fileHelp')}
        accept=".txt,text/plain"
        error={error}
        done={outcome === 'done' && t('done')}
        className="mt-4 space-y-5"
        lead={
          <p className="text-sm">
            {replaced
              ? t('own', { number, moment: await moment(replaced.at), by: replaced.by })
              : t('builtIn', { number })}
          </p>
        }
      >
        <div className="flex flex-wrap gap-2">
          <Button type="submit">{t('replace')}</Button>
          {replaced && (
            <Button type="submit" name="builtin">
              {t('builtin')}
            </Button>
          )}
        </div>
      </FileForm>
    </details>
  )
}

const lineOf = (text: string | undefined) => (/^\d{1,9}$/.test(text ?? '') ? Number(text) : 0)
