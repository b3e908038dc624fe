import { getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { Button } from '@/components/button'
import { FieldLayout, fieldAria } from '@/components/field-layout'
import { controlClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import { RenderedForField } from '@/components/rendered-for'
import { readDisposableList } from '@/domain/settings/disposable-domains'
import type { Viewer } from '@/domain/viewer'
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
  const help = t('fileHelp')
  return (
    <details
      id="disposable-domains"
      open={Boolean(outcome)}
      className="mt-8 rounded-lg border border-line bg-surface p-5"
    >
      <summary className="w-fit font-medium">{t('title')}</summary>
      <form
        method="post"
        action="/settings/disposable-domains"
        encType="multipart/form-data"
        noValidate
        className="mt-4 space-y-5"
      >
        <RenderedForField />
        {outcome === 'done' && (
          <Notice tone="success" role="status">
            {t('done')}
          </Notice>
        )}
        {error && (
          <div id="file-error">
            <Notice tone="danger" role="alert">
              {error}
            </Notice>
          </div>
        )}
        <p className="text-sm">
          {replaced
            ? t('own', { number, moment: await moment(replaced.at), by: replaced.by })
            : t('builtIn', { number })}
        </p>
        <FieldLayout id="file" label={t('file')} help={help}>
          <input
            id="file"
            name="file"
            type="file"
            accept=".txt,text/plain"
            {...fieldAria('file', help, error)}
            className={controlClasses}
          />
        </FieldLayout>
        <div className="flex flex-wrap gap-2">
          <Button type="submit">{t('replace')}</Button>
          {replaced && (
            <Button type="submit" name="builtin">
              {t('builtin')}
            </Button>
          )}
        </div>
      </form>
    </details>
  )
}

const lineOf = (text: string | undefined) => (/^\d{1,9}$/.test(text ?? '') ? Number(text) : 0)
