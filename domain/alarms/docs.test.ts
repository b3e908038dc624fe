// The examples of docs/alarms.md do what they say.
import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { readItem } from './alarm-item'
import { endSandbox, runTask } from './sandbox'

afterAll(endSandbox)

const examples = [...readFileSync('docs/alarms.md', 'utf8').matchAll(/```([a-z-]+)\n([\s\S]*?)```/g)].map(
  ([, language = '', text = '']) => ({ language, text }),
)
const of = (wanted: string) => examples.filter(({ language }) => language === wanted).map(({ text }) => text)
const [sample = ''] = of('json')
const alarm = JSON.parse(sample)

test('the alarm is taken', () => {
  expect(readItem(alarm)).toMatchObject({ alarm: { originator: 'Boiler 7' } })
})

test.each(of('jsonata'))('the filter matches it: %s', async expression => {
  expect(await runTask({ kind: 'filter', expression, input: 0 }, alarm)).toEqual({ value: true })
})

test.each([
  ...of('liquid').map(source => [source, false]),
  ...of('liquid-html').map(source => [source, true]),
] as [string, boolean][])('the template is filled in: %s', async (source, isHtml) => {
  const context = {
    alarm: { ...alarm, severityName: 'Major', started: 'now' },
    again: 2,
    links: { acknowledge: 'LINK' },
  }
  const { written, problem } = await runTask({
    kind: 'render',
    templates: [{ name: 'it', source, isHtml }],
    context,
    images: { 'plant.png': { address: 'cid:plant', size: 1_000 } },
  })
  expect(problem).toBeUndefined()
  expect(written?.it).not.toContain('{{')
  expect(written?.it).toMatch(/Boiler 7|91°|LINK/)
})

test.each(['json', 'jsonata', 'liquid', 'liquid-html'])('there are examples in %s', language => {
  expect(of(language)).not.toEqual([])
})
