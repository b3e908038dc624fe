// What servers in other places and of other makers say: whom it is said of, and whose trouble it is.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Cause } from './causes'
import type { Circumstances } from './meaning'
import type { Concern, Stage } from './outcome'
import { explainReply } from './replies'

const circumstances: Omit<Circumstances, 'stage' | 'authentication' | 'authenticated'> = {
  encryption: 'starttls',
  offersAuth: true,
  contentSent: false,
  from: 'noreply@example.org',
  to: 'anna@example.net',
}

const blocks = readFileSync(new URL('testing/sayings.txt', import.meta.url), 'utf8')
  .split('\n## ')
  .slice(1)
const sayings = blocks.flatMap(block => {
  const [title = '', ...lines] = block.split('\n').filter(Boolean)
  const [cause, concerns, stage, anonymous] = title.split(' ') as [Cause, Concern, Stage, string?]
  return lines.map(line => ({ cause, concerns, stage, signedIn: anonymous === undefined, line }))
})

it.each(sayings)('testing/sayings.txt: $cause, trouble of the $concerns, at $stage: $line', saying => {
  const { cause, concerns, stage, signedIn, line } = saying
  const [, code, enhanced = null, text = ''] = /^(\d{3})[ -](?:(\d\.\d+\.\d+) ?)?(.*)$/.exec(line) ?? []
  const meant = explainReply(
    { code: Number(code), enhanced, text },
    { ...circumstances, authentication: signedIn ? 'password' : 'none', authenticated: signedIn, stage },
  )
  expect(meant).toMatchObject({ cause, concerns })
  expect(meant.detail.reply).toBe([code, enhanced, text].filter(Boolean).join(' '))
  if (concerns === 'server') expect(meant.permanent).toBe(false)
})
