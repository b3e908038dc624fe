// Whoever changes something for a person records it, in the same transaction. This finds who does not.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const domain = path.join(import.meta.dirname, '..')

/** Those that write for a person and record nothing, by file and name, and why. */
const exceptions: Record<string, string> = {
  'accounts/factor-change.ts beginApp': 'an app that is not confirmed is asked for by nobody',
  'accounts/first-steps.ts hideFirstSteps': 'what one person wants to see on one page',
  'accounts/proof.ts forgetOtherProofs': 'part of adding a factor, which is recorded',
  'accounts/session.ts noteTimeZone': 'read from the browser, for telling times',
  'accounts/session.ts renewSession': 'part of a changed password, which is recorded, or of a proof',
  'inbox/inbox.ts markRead': 'looking at a mail is no change of it',
}

const files = readdirSync(domain, { recursive: true, encoding: 'utf8' }).filter(
  file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing/'),
)

/** From one declaration at the top of a file to the next. */
const declarations = files.flatMap(file =>
  readFileSync(path.join(domain, file), 'utf8')
    .split(/^(?=export |(?:async )?function |const |type |class |\/\*\*)/m)
    .flatMap(source => {
      const [, name] = /^export (?:async function|function|const) (\w+)/.exec(source) ?? []
      return name && /\b(viewer|actor): (Viewer|Actor)\b/.test(source)
        ? [{ name: `${file} ${name}`, source }]
        : []
    }),
)

const writes =
  /\.(create|createMany|update|updateMany|upsert|delete|deleteMany)\(\s*[{)]|\$executeRaw`(?!SELECT)/
const records = /\b(record|recordEach|recordCounted|recordStrangers|told)\(/

test('every exported function that changes something for a person records it', () => {
  expect(declarations.length).toBeGreaterThan(50)
  const silent = declarations
    .filter(({ source }) => writes.test(source) && !records.test(source))
    .map(({ name }) => name)
  expect(silent.sort()).toEqual(Object.keys(exceptions).sort())
})
