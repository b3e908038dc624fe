import { getTranslations } from 'next-intl/server'
import { installationLogo } from '@/app/installation'
import { Button } from '@/components/button'
import { FieldLayout, fieldAria } from '@/components/field-layout'
import { controlClasses } from '@/components/looks'
import { Notice } from '@/components/notice'
import { RenderedForField } from '@/components/rendered-for'
import { Section } from '@/components/section'
import { one, type SearchParams } from '../list-address'

const refusals = ['logo-no-file', 'logo-type', 'logo-svg', 'logo-too-large', 'logo-sides']

/** The logo, and how to put another in its place. */
export async function LogoForm({ searchParams }: { searchParams: SearchParams }) {
  const logo = await installationLogo()
  const t = await getTranslations('settings.logo')
  const outcome = one((await searchParams).logo)
  const refused = refusals.find(code => code === outcome)
  const error = refused && (await getTranslations('refusals'))(refused)
  const help = t('fileHelp')
  return (
    <div id="logo" className="mt-8 scroll-mt-16">
      <Section title={t('title')} description={logo ? t('own', logo) : t('none')}>
        <form
          method="post"
          action="/settings/logo"
          encType="multipart/form-data"
          noValidate
          className="space-y-5"
        >
          <RenderedForField />
          {outcome === 'done' && (
            <Notice tone="success" role="status">
              {logo ? t('done') : t('removed')}
            </Notice>
          )}
          {error && (
            <div id="logo-file-error">
              <Notice tone="danger" role="alert">
                {error}
              </Notice>
            </div>
          )}
          <FieldLayout id="logo-file" label={t('file')} help={help}>
            <input
              id="logo-file"
              name="file"
              type="file"
              accept="image/png,image/jpeg,image/webp"
              {...fieldAria('logo-file', help, error)}
              className={controlClasses}
            />
          </FieldLayout>
          <div className="flex flex-wrap gap-2">
            <Button type="submit">{logo ? t('replace') : t('use')}</Button>
            {logo && (
              <Button type="submit" name="remove">
                {t('remove')}
              </Button>
            )}
          </div>
        </form>
      </Section>
    </div>
  )
}
