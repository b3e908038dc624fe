// Every server action begins in the same way: what was sent is checked, a failure is answered in words, and what
// fails before it begins is known to be the mistake of whoever sent it.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const actions = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter(file => /(?<!\.test)\.tsx?$/.test(file))
  .map(file => [file, readFileSync(path.join(import.meta.dirname, file), 'utf8')] as const)
  .filter(([, source]) => /^'use server'/m.test(source))
  .flatMap(([file, source]) =>
    source
      .split(/^(?=export (?:const|async function|function) )/m)
      .slice(1)
      .map(source => ({ name: `${file}: ${/(\w+Action)\b/.exec(source)?.[1]}`, source })),
  )

it('there are server actions', () => expect(actions.length).toBeGreaterThan(20))

it.each(actions)('$name begins as all do', ({ source }) => {
  expect(source).toMatch(
    /^export const \w+ = (?:viewerAction|personAction|formAction)[<(]|\bactionBegins\(\)/,
  )
})
