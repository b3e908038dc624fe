import { getTranslations } from 'next-intl/server'
import { installationLogo } from '@/app/installation'
import { Button } from '@/components/button'
import { Section } from '@/components/section'
import { FileForm } from '../file-form'
import { one, type SearchParams } from '../list-address'

const refusals = ['logo-no-file', 'logo-type', 'logo-svg', 'logo-too-large', 'logo-sides']

/** The logo, and how to put another in its place. */
export async function LogoForm({ searchParams }: { searchParams: SearchParams }) {
  const logo = await installationLogo()
  const t = await getTranslations('settings.logo')
  const outcome = one((await searchParams).logo)
  const refused = refusals.find(code => code === outcome)
  const error = refused && (await getTranslations('refusals'))(refused)
  return (
    <div id="logo" className="mt-8 scroll-mt-16">
      <Section title={t('title')} description={logo ? t('own', logo) : t('none')}>
        <FileForm
          action="/settings/logo"
          id="logo-file"
          label={t('file')}
          help={t('fileHelp')}
          accept="image/png,image/jpeg,image/webp"
          error={error}
          done={outcome === 'done' && (logo ? t('done') : t('removed'))}
        >
          <div className="flex flex-wrap gap-2">
            <Button type="submit">{logo ? t('replace') : t('use')}</Button>
            {logo && (
              <Button type="submit" name="remove">
                {t('remove')}
              </Button>
            )}
          </div>
        </FileForm>
      </Section>
    </div>
  )
}
