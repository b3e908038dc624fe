import { Notice } from '@/components/notice'
import { PlainForm, PlainSubmitButton } from '@/components/plain-form'
import { acknowledgeMailed, readMailedAlarms } from '@/domain/alarms/mailed-links'
import { byPress, unknownLink } from '../../alarm-links'
import { publicPage } from '../../public-page'

/** Where the link of an alarm mail leads. Mail scanners open it too: only a press acknowledges. */
export const { GET, POST } = publicPage(async ({ token, sent, words }) => {
  const t = words('alarmPage')
  const known = await readMailedAlarms(token)
  if (!known) return unknownLink(t('title'), t('unknown'))
  return {
    title: t('title'),
    body: (
      <>
        <p className="text-sm wrap-anywhere">{t('lead', { tenant: known.tenant })}</p>
        <ul className="space-y-2 text-sm">
          {known.alarms.map(({ id, type, originator, severity, status, acknowledgedBy }) => (
            <li key={id} className="border-line border-l-2 pl-3 wrap-anywhere">
              <span className="font-medium">{type}</span> ({originator})
              <br />
              <span className="text-muted">
                {t(`severities.${severity}`)},{' '}
                {status === 'acknowledged' && acknowledgedBy
                  ? t('acknowledgedBy', { by: acknowledgedBy })
                  : t(`statuses.${status}`)}
              </span>
            </li>
          ))}
        </ul>
        {known.open > 0 ? (
          <PlainForm sent={sent}>
            <PlainSubmitButton>{t('submit', { count: known.open })}</PlainSubmitButton>
          </PlainForm>
        ) : (
          <Notice tone="success" role="status">
            {t('nothingOpen')}
          </Notice>
        )}
      </>
    ),
  }
}, byPress(acknowledgeMailed))
