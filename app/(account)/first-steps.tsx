import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import { ToneIcon, toneText } from '@/components/tone'
import type { FirstSteps as Steps } from '@/domain/accounts/first-steps'
import { checkMailServers } from '@/domain/deliverability/deliverability'
import type { Viewer } from '@/domain/viewer'
import { hideFirstStepsAction } from './actions'

/** What is left to do, each ticked by itself once it is true. Gone when all are. */
export async function FirstSteps({ viewer, steps }: { viewer: Viewer; steps: Steps }) {
  const t = await getTranslations('start.steps')
  const all = [
    { name: 'address', done: steps.address, href: '/profile' },
    { name: 'server', done: steps.server, href: '/settings/mail/new' },
    { name: 'test', done: steps.test, href: '/settings/mail' },
    {
      name: 'deliverability',
      done: steps.server && (await arrives(viewer)),
      href: '/settings/mail/deliverability',
    },
    { name: 'user', done: steps.user, href: '/users/new' },
  ]
  const left = all.filter(({ done }) => !done)
  if (left.length === 0) return null
  return (
    <Section
      title={t('title')}
      description={t('progress', { done: all.length - left.length, of: all.length })}
      aside={
        <Form action={hideFirstStepsAction}>
          <SubmitButton variant="quiet">{t('hide')}</SubmitButton>
        </Form>
      }
    >
      <ol className="space-y-3 text-sm">
        {all.map(({ name, done, href }) => (
          <li key={name} className="flex gap-2.5">
            <ToneIcon
              tone={done ? 'success' : 'neutral'}
              className={`mt-0.5 size-4 shrink-0 ${toneText[done ? 'success' : 'neutral']}`}
            />
            <div>
              {done ? (
                <p className="text-muted">
                  {t(`${name}.title`)} <span className="sr-only">{t('done')}</span>
                </p>
              ) : (
                <>
                  <TextLink href={href}>{t(`${name}.title`)}</TextLink>
                  <p className="text-muted">{t(`${name}.text`)}</p>
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  )
}

/** Whether DNS holds what receivers look for, as far as it answers now. */
const arrives = async (viewer: Viewer): Promise<boolean> => {
  const [primary] = await checkMailServers(viewer)
  return primary?.findings.every(({ result }) => result === 'found') ?? false
}
