// What a page binds to an action travels through the browser under a key that everybody can work out from the
// source (scripts/prepare.mjs). So nothing is bound: an action is a function of a module, and is told all by its form.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const sources = ['app', 'components', 'lib', 'domain'].flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map(name => ({ name: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, 'utf8') })),
)

it('an action is never made inside of a function, where it would close over what is around it', () => {
  const inside = sources.filter(({ text }) =>
    /['"]use server['"]/.test(text.replace(/^['"]use server['"]/, '')),
  )
  expect(inside.map(({ name }) => name)).toEqual([])
})

it('nothing is bound to an action', () => {
  const binding = sources.filter(({ text }) => /\w*[aA]ction\w*\.bind\(|\.bind\(null/.test(text))
  expect(binding.map(({ name }) => name)).toEqual([])
})
