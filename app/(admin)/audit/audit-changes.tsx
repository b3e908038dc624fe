import { getTranslations } from 'next-intl/server'
import type { AuditEvent } from '@/generated/prisma/client'
import { type ChangeLine, changeLines } from './change-lines'

/** What an event has changed: the first of it at once, the rest where somebody wants to see it; null for nothing. */
export async function auditChanges({ before, after }: AuditEvent) {
  const t = await getTranslations('audit')
  const word = (namespace: 'fields' | 'values', key: string) =>
    /^[\w-]+$/.test(key) && t.has(`${namespace}.${key}`) ? t(`${namespace}.${key}`) : key
  const sentence = ({ field, ...line }: ChangeLine) =>
    `${word('fields', field)}: ${[line.before, line.after]
      .filter(value => value !== undefined)
      .map(value => word('values', value))
      .join(' → ')}${line.after === undefined ? ` ${t('gone')}` : ''}`
  const [first, ...rest] = changeLines(before, after).map(sentence)
  if (!first) return null
  if (rest.length === 0) return <span className="wrap-anywhere">{first}</span>
  return (
    <details className="group/changes">
      <summary className="min-h-6 w-fit py-0.5 hover:text-ink">
        <span className="wrap-anywhere">{first}</span>
        <span className="ml-2 group-open/changes:hidden">{t('moreChanges', { count: rest.length })}</span>
      </summary>
      <ul className="mt-1 space-y-0.5 pl-4">
        {rest.map(line => (
          <li key={line} className="wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
    </details>
  )
}
