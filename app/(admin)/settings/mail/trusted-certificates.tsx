import { getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { Section } from '@/components/section'
import { certificatesIn } from '@/domain/mail-server/trusted-ca'

/** The certificates that are trusted beside the system's own, as their issuers wrote them. */
export async function TrustedCertificates({ pem }: { pem: string }) {
  const t = await getTranslations('mailSettings.certificates')
  const certificates = certificatesIn(pem)
  return (
    <Section title={t('title')} description={t('text')}>
      <ul className="divide-y divide-line text-sm">
        {
          await Promise.all(
            certificates.map(async ({ subject, issuer, validTo, fingerprint }) => (
              <li key={fingerprint} className="space-y-1 py-3 wrap-anywhere first:pt-0 last:pb-0">
                <p className="font-medium">{subject}</p>
                {issuer !== subject && <p>{t('issuer', { issuer })}</p>}
                <p className="text-muted">
                  {t(validTo < new Date() ? 'expired' : 'validTo', { date: await moment(validTo) })}
                </p>
                <p className="font-mono text-muted text-xs">{fingerprint}</p>
              </li>
            )),
          )
        }
      </ul>
    </Section>
  )
}
