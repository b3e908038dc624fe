import { getTimeZone, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { NavigationItem } from '@/components/app-navigation'
import { AppShell } from '@/components/app-shell'
import { Icon } from '@/components/icon'
import { RenderedFor } from '@/components/rendered-for'
import { TimeZoneCookie } from '@/components/time-zone-cookie'
import { displayName } from '@/domain/accounts/user'
import { hasMailSettings } from '@/domain/mail-server/tenant-policy'
import type { Viewer } from '@/domain/viewer'
import { version } from '@/lib/version'
import { TroubleBanner } from './(admin)/trouble-banner'
import { troubleWords } from './(admin)/trouble-words'
import { WebhookBanner } from './(admin)/webhook-banner'
import { ActingBanner } from './acting-banner'
import { mustSetUpFactor } from './auth'
import { FactorBanner } from './factor-banner'
import { GoTo } from './go-to'
import { installation, installationLogo } from './installation'
import { signOutAction } from './sign-out'
import { ThemeSwitch } from './theme-switch'

type Place = Omit<NavigationItem, 'label'> & { name: string }

const start: Place = { name: 'start', href: '/', icon: 'home' }
const users: Place = { name: 'users', href: '/users', icon: 'users' }
const outbox: Place = { name: 'outbox', href: '/outbox', icon: 'send' }
const settings: Place = { name: 'settings', href: '/settings', icon: 'settings' }
const keys: Place = { name: 'apiKeys', href: '/settings/api-keys', icon: 'braces' }
const webhooks: Place = { name: 'webhooks', href: '/settings/webhooks', icon: 'webhook' }
const mail: Place = { name: 'mail', href: '/settings/mail', icon: 'server' }
const audit: Place = { name: 'audit', href: '/audit', icon: 'scroll' }

/** Where each role has something to do. It hides only; the domain decides. */
const places: Record<Viewer['role'], Place[]> = {
  system_administrator: [
    start,
    users,
    { name: 'tenants', href: '/tenants', icon: 'building' },
    outbox,
    mail,
    { name: 'inbox', href: '/inbox', icon: 'inbox' },
    audit,
    settings,
    keys,
    webhooks,
  ],
  tenant_administrator: [
    start,
    users,
    { name: 'customers', href: '/customers', icon: 'building' },
    outbox,
    mail,
    { name: 'alarms', href: '/alarms', icon: 'bell' },
    { name: 'rules', href: '/rules', icon: 'list' },
    audit,
    { name: 'passwordRules', href: '/password-rules', icon: 'key' },
    keys,
    webhooks,
  ],
  customer_user: [start, { name: 'profile', href: '/profile', icon: 'user' }],
}

/** Those of a viewer: the mail servers of a tenant are there where it may have any, or a sender of its own. */
async function placesOf(viewer: Viewer): Promise<Place[]> {
  const all = places[viewer.role]
  if (viewer.role !== 'tenant_administrator' || (await hasMailSettings(viewer))) return all
  return all.filter(place => place !== mail)
}

/** Pages that the side bar does not name, by who has them: for those who know what they want. */
const further = async (role: Viewer['role']) => {
  const t = await getTranslations()
  const own = [
    { href: '/profile', label: t('navigation.profile') },
    { href: '/profile/security', label: t('profile.security.title') },
  ]
  if (role === 'customer_user') return own
  const adding = [
    { href: '/users/new', label: t('users.add') },
    { href: '/users/import', label: t('users.import.link') },
    { href: '/outbox/figures', label: t('outbox.tabs.figuresTitle') },
  ]
  if (role === 'tenant_administrator')
    return [
      ...adding,
      { href: '/rules/new', label: t('rules.add') },
      { href: '/rules/try', label: t('rules.try.title') },
      { href: '/alarms/mapping', label: t('alarms.mapping.title') },
      ...own,
    ]
  return [...adding, { href: '/settings/mail/new', label: t('mailSettings.servers.add') }, ...own]
}

/** What stands around every page behind the sign-in. */
export async function Frame({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const t = await getTranslations('navigation')
  // Nothing of what lies behind shows through, and nothing leads there.
  const shut = await mustSetUpFactor()
  const items = (shut ? [] : await placesOf(viewer)).map(({ name, ...place }) => ({
    ...place,
    label: t(name),
  }))
  return (
    <AppShell
      items={items}
      installation={(await installation()).name}
      logo={await installationLogo()}
      viewer={{ name: displayName(viewer), email: viewer.email, href: '/profile' }}
      find={
        !shut && (
          <GoTo
            pages={[...items, ...(await further(viewer.role))]
              .filter(({ href }, place, all) => all.findIndex(other => other.href === href) === place)
              .map(({ href, label }) => ({ href, label }))}
            looksUp={viewer.role !== 'customer_user'}
            words={{
              open: t('goTo.open'),
              title: t('goTo.title'),
              label: viewer.role === 'customer_user' ? t('goTo.labelPages') : t('goTo.label'),
              pages: t('goTo.pages'),
              none: t('goTo.none'),
            }}
          />
        )
      }
      foot={
        <>
          <form action={signOutAction}>
            <button
              type="submit"
              className="flex min-h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-muted text-sm hover:bg-sunken hover:text-ink"
            >
              <Icon name="log-out" className="size-4 shrink-0" />
              {t('signOut')}
            </button>
          </form>
          <ThemeSwitch />
          <p className="px-2.5 pt-1 text-muted text-xs">{t('version', { version })}</p>
        </>
      }
    >
      <TimeZoneCookie known={await getTimeZone()} />
      {viewer.role !== 'customer_user' && !shut && <TroubleBanner trouble={await troubleWords(viewer)} />}
      {viewer.role !== 'customer_user' && !shut && <WebhookBanner viewer={viewer} />}
      <ActingBanner viewer={viewer} />
      <FactorBanner />
      <RenderedFor id={viewer.id}>{children}</RenderedFor>
    </AppShell>
  )
}
