import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { causes } from './causes'

it('docs/mail-server.md explains every cause, once and in their order, and no other', () => {
  const page = readFileSync(new URL('../../docs/mail-server.md', import.meta.url), 'utf8')
  const explained = [...page.matchAll(/^\| `([a-z-]+)` \| \S.*\|$/gm)].map(([, cause]) => cause)
  expect(explained).toEqual(causes)
})
