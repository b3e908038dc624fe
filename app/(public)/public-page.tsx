// The pages that people see before they are signed in. They are plain documents: a form that posts to its own
// address, and what React would do in the browser is a script of a few lines. So they are there at once on a slow
// phone, cost the server a quarter of a page of Next's, and do not know what a build is (decisions 012 and 015).
import { createRequire } from 'node:module'
import path from 'node:path'
import { headers } from 'next/headers'
import { createTranslator } from 'next-intl'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import type { Logo } from '@/components/brand-mark'
import { Card } from '@/components/card'
import type { Sent } from '@/components/plain-form'
import type { Purpose } from '@/domain/links/link-token'
import type { Installation } from '@/domain/settings/installation'
import type { Viewer } from '@/domain/viewer'
import { answerForm } from '@/lib/form-action'
import { idle } from '@/lib/form-state'
import { acceptedLocale, type Locale, locales, messagesFor } from '@/lib/i18n/locales'
import { log } from '@/lib/log'
import { timeZoneCookie } from '@/lib/time-zone'
import { AccentStyle } from '../accent-style'
import { currentViewer } from '../auth'
import { installationAndLogo } from '../installation'
import { themeAttribute } from '../theme'
import { enhance } from './enhance'
import { stylesheets } from './stylesheets'

/** Next gives route handlers a React without its renderer; this is the one of the package itself. */
const { renderToStaticMarkup } = createRequire(path.join(process.cwd(), 'package.json'))(
  'react-dom/server',
) as typeof import('react-dom/server')

type Texts = ReturnType<typeof createTranslator>

/** What a page is made from. */
export type Visit = {
  /** The last part of the address, for a landing page */
  token: string
  query: URLSearchParams
  locale: Locale
  installation: Installation
  logo: Logo | null
  /** Whoever is signed in in this browser */
  viewer: Viewer | null
  /** How the form ended that was sent; `idle` where none was */
  sent: Sent
  /** The texts of a part of the catalogue */
  words: (namespace: string) => Texts
}

/** What a page shows: the words of its title and what stands in its card. */
export type Shown = {
  title: string
  body: ReactNode
  /** Links below the card */
  footer?: ReactNode
  /** The link whose page this is, to be noted as opened once the page can be seen */
  opened?: { purpose: Purpose; token: string }
  /** What the page does by itself in the browser: it travels as text, see `enhance` */
  script?: () => void
}

/** What the form of a page does. It ends like a server action, or goes to another page. */
type PageForm<Schema extends z.ZodType> = {
  schema: Schema
  /** @throws Refusal for an expected no */
  run: (
    input: z.output<Schema>,
    visit: Visit,
    formData: FormData,
  ) => Promise<Response | { message?: string } | undefined>
}

type Context = { params: Promise<{ token?: string } | undefined> }
type Handler = (request: Request, context: Context) => Promise<Response>

/** Another page, asked for with GET whatever the request was (RFC 9110 §15.4.4). */
export const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })

/** The handlers of a public page: GET shows it, POST takes its form and shows how that ended. */
export function publicPage<Schema extends z.ZodType>(
  show: (visit: Visit) => Promise<Shown | Response>,
  form?: PageForm<Schema>,
): { GET: Handler; POST: Handler } {
  const answer = async (visit: Visit) => {
    const shown = await show(visit)
    return shown instanceof Response ? shown : documentOf(visit, shown)
  }
  return {
    GET: (request, context) => inWords(request, context, answer),
    POST: (request, context) =>
      inWords(request, context, async visit => {
        // React in a page that an older version has rendered: it asks again for what it knows, and says so.
        if (!form || request.headers.has('next-action'))
          return new Response(null, { status: 404, headers: { 'x-nextjs-action-not-found': '1' } })
        const formData = await request.formData().catch(() => new FormData())
        let elsewhere: Response | undefined
        const state = await answerForm(
          form.schema,
          async input => {
            const finished = await form.run(input, visit, formData)
            if (!(finished instanceof Response)) return finished
            elsewhere = finished
          },
          formData,
          visit.words,
        )
        return elsewhere ?? answer({ ...visit, sent: { ...visit.sent, state } })
      }),
  }
}

/** A fault of ours is told in words, like everything else. */
async function inWords(
  request: Request,
  { params }: Context,
  answer: (visit: Visit) => Promise<Response>,
): Promise<Response> {
  const viewer = await currentViewer().catch(() => null)
  const { settings, logo } = await installationAndLogo()
  const locale =
    locales.find(locale => locale === viewer?.locale) ??
    acceptedLocale(request.headers.get('accept-language'), settings.locale)
  const messages = await messagesFor(locale)
  const words = (namespace: string) =>
    createTranslator({ locale, messages, namespace, timeZone: 'UTC' }) as Texts
  const token = (await params)?.token ?? ''
  const query = new URL(request.url).searchParams
  const sent = { state: idle, t: words('components') }
  const visit: Visit = { token, query, locale, installation: settings, logo, viewer, words, sent }
  try {
    return await answer(visit)
  } catch (error) {
    log.error({ error, page: new URL(request.url).pathname.split('/')[1] }, 'a page failed')
    const t = words('error')
    return documentOf(visit, { title: t('title'), body: <p role="alert">{t('text')}</p> }, 500)
  }
}

async function documentOf(
  { locale, installation, logo }: Visit,
  { title, body, footer, opened, script }: Shown,
  status = 200,
) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  const html = renderToStaticMarkup(
    <html lang={locale} {...(await themeAttribute())}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${installation.name}`}</title>
        <meta name="robots" content="noindex, nofollow" />
        <link rel="icon" href="/icon.svg" sizes="any" type="image/svg+xml" />
        <link rel="apple-touch-icon" href="/apple-icon.png" sizes="180x180" type="image/png" />
        {(await stylesheets()).map(href => (
          <link key={href} rel="stylesheet" href={href} />
        ))}
        <AccentStyle accent={installation.accent} />
      </head>
      <body>
        <Card installation={installation.name} logo={logo} title={title} footer={footer}>
          {body}
        </Card>
        <script
          nonce={nonce}
          data-opened={opened && JSON.stringify(opened)}
          data-zone-cookie={timeZoneCookie}
          // biome-ignore lint/security/noDangerouslySetInnerHtml: A function of ours, as text.
          dangerouslySetInnerHTML={{ __html: `(${enhance})()${script ? `;(${script})()` : ''}` }}
        />
      </body>
    </html>,
  )
  return new Response(`<!DOCTYPE html>${html}`, {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Language': locale },
  })
}
