import { Notice } from '@/components/notice'
import { PlainForm, PlainSubmitButton } from '@/components/plain-form'
import { readStop, stopMails } from '@/domain/alarms/mailed-links'
import { byPress, unknownLink } from '../../alarm-links'
import { publicPage } from '../../public-page'

/**
 * Where somebody without an account stops alarm mails: by a press, or by the mail program's own button, which posts
 * here (RFC 8058).
 */
export const { GET, POST } = publicPage(async ({ token, sent, words }) => {
  const t = words('stopMails')
  const known = await readStop(token)
  if (!known) return unknownLink(t('title'), t('unknown'))
  const { address, tenant, stopped } = known
  return {
    title: t('title'),
    body: stopped ? (
      <Notice tone="success" role="status">
        {t('done', { address, tenant })}
      </Notice>
    ) : (
      <>
        <p className="text-sm wrap-anywhere">{t('lead', { address, tenant })}</p>
        <PlainForm sent={sent}>
          <PlainSubmitButton>{t('submit')}</PlainSubmitButton>
        </PlainForm>
      </>
    ),
  }
}, byPress(stopMails))
