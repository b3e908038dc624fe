import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { ownFactors } from '@/domain/accounts/factor'
import { hasProved } from '@/domain/accounts/proof'
import { canSignInAs } from '@/domain/accounts/sign-in-as'
import { displayName } from '@/domain/accounts/user'
import { readUser } from '@/domain/accounts/users'
import { found, idIn } from '../../../found'
import { SignInAsForm } from './sign-in-as-form'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users.signInAs'))('open') }
}

/** Says what it means to sign in as a user, and asks who it is if that was long ago. */
export default async function SignInAsPage({ params }: Props) {
  const viewer = await requireViewer()
  const user = await found(readUser(viewer, await idIn(params)))
  if (!(await canSignInAs(viewer, user.id))) notFound()
  const t = await getTranslations('users.signInAs')
  const name = displayName(user) || user.email
  const proved = await hasProved(viewer)
  return (
    <div className="max-w-form">
      <PageHeader title={t('title', { name })} back={{ href: `/users/${user.id}`, label: name }} />
      <Section title={t('what')}>
        <p>{t('lead', { name })}</p>
        <p>{t('recorded', { email: user.email })}</p>
        <p>{t('limits')}</p>
        <SignInAsForm
          userId={user.id}
          email={viewer.email}
          asks={proved ? null : (await ownFactors(viewer)).factors.length > 0 ? 'code' : 'password'}
          labels={{
            prove: t('prove'),
            currentPassword: t('currentPassword'),
            code: t('code'),
            codeHelp: t('codeHelp'),
            submit: t('submit', { name }),
          }}
        />
      </Section>
    </div>
  )
}
