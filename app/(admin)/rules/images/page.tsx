import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getFormatter, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Button } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { Table, Td, Th, Tr } from '@/components/table'
import { listAlarmImages, mostImages } from '@/domain/alarms/alarm-images'
import { FileForm } from '../../file-form'
import { found } from '../../found'
import { addressOf, one, type SearchParams } from '../../list-address'
import { deleteImageAction } from '../actions'
import { ImageDelete } from './image-delete'

const refusals = [
  'alarm-image-no-file',
  'alarm-image-name',
  'alarm-image-type',
  'alarm-image-svg',
  'alarm-image-too-large',
  'alarm-image-sides',
  'too-many-alarm-images',
]

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('rules.images'))('title') }
}

export default async function ImagesPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const query = await searchParams
  const tenantId = viewer.tenantId ?? one(query.tenant)
  if (!tenantId) notFound()
  const images = await found(listAlarmImages(viewer, tenantId))
  const t = await getTranslations('rules')
  const format = await getFormatter()
  const whose = { tenant: viewer.tenantId ? undefined : tenantId }
  const outcome = one(query.added)
  const refused = refusals.find(code => code === outcome)
  const error = refused && (await getTranslations('refusals'))(refused, { most: mostImages })
  return (
    <div className="max-w-form">
      <PageHeader
        title={t('images.title')}
        description={t('images.text')}
        back={{ href: addressOf('/rules', whose), label: t('title') }}
      />
      <div className="space-y-6">
        <PassingNotice shown={one(query.notice) === 'deleted'} tone="success">
          {t('images.deleted')}
        </PassingNotice>
        {images.length === 0 ? (
          <EmptyState icon="list" title={t('images.none')}>
            {t('images.noneText')}
          </EmptyState>
        ) : (
          <Table
            label={t('images.title')}
            head={
              <>
                <Th>{t('images.name')}</Th>
                <Th>{t('images.size')}</Th>
                <Th>{t('images.picture')}</Th>
                <Th>
                  <span className="sr-only">{t('images.delete')}</span>
                </Th>
              </>
            }
          >
            {images.map(({ id, name, hash, size, width, height }) => (
              <Tr key={id}>
                <Td title={name}>
                  <span className="block wrap-anywhere">{name}</span>
                  <code className="block font-mono font-normal text-muted text-xs wrap-anywhere">
                    {`{{ '${name}' | image }}`}
                  </code>
                </Td>
                <Td label={t('images.size')} className="whitespace-nowrap">
                  {t('images.sized', {
                    size: format.number(size / 1_000, { maximumFractionDigits: 1 }),
                    width,
                    height,
                  })}
                </Td>
                <Td label={t('images.picture')}>
                  {/* biome-ignore lint/performance/noImgElement: an upload, shown as it is */}
                  <img
                    src={addressOf(`/rules/images/${id}`, { v: hash.slice(0, 8) })}
                    alt=""
                    loading="lazy"
                    className="h-12 max-w-24 rounded-sm border border-line bg-white object-contain wide:my-1"
                  />
                </Td>
                <Td>
                  <ImageDelete action={deleteImageAction} id={id} name={name} tenantId={whose.tenant} />
                </Td>
              </Tr>
            ))}
          </Table>
        )}
        <div id="add" className="scroll-mt-16">
          <Section title={t('images.add')}>
            <FileForm
              action={addressOf('/rules/images/upload', whose)}
              id="image-file"
              label={t('images.file')}
              help={t('images.fileHelp')}
              accept="image/png,image/jpeg,image/webp,image/gif"
              error={error}
              done={outcome === 'done' && t('images.added')}
            >
              <Button type="submit" variant="primary">
                {t('images.add')}
              </Button>
            </FileForm>
          </Section>
        </div>
      </div>
    </div>
  )
}
