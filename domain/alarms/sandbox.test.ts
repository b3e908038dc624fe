// What tenants write is run for as long and as large as is good for all, and no further.
import { afterAll, describe, expect, it } from 'vitest'
import { endSandbox, runTask, runTasks, type Task } from './sandbox'

afterAll(endSandbox)

const filter = (
  expression: string,
  input: unknown = { severity: 'major', details: { t: 91, list: [1, 2] } },
) => runTask({ kind: 'filter', expression, input: 0 }, input)
const render = (source: string, context: object = {}, isHtml = false) =>
  runTask({ kind: 'render', templates: [{ name: 'body', source, isHtml }], context })

describe('a filter', () => {
  it.each([
    ['severity = "major" and details.t > 90', true],
    ['details.t > 100', false],
    ['nothing.here', false],
    ['details.list[$ > 1]', true],
    ['$exists(details.t)', true],
  ])('%s', async (expression, value) => {
    expect(await filter(expression)).toEqual({ value })
  })

  it.each([
    ['( $f := function($n) { $f($n + 1) }; $f(0) )', 'too-slow'],
    ['$sum([1..9000000])', 'too-large'],
    ['( $f := function($n) { 1 + $f($n + 1) }; $f(0) )', 'too-large'],
    ['$match(details.s, /^(a+)+$/)', 'too-slow'],
    [
      '( $d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $length($uppercase($d("abcdefgh", 40))) )',
      'too-large',
    ],
    ['severity = ', 'syntax'],
    ['$number("x")', 'failed'],
  ])('%s is stopped', async (expression, problem) => {
    const result = await filter(expression, { severity: 'major', details: { s: `${'a'.repeat(60)}b` } })
    expect(result).toMatchObject({ problem })
  })

  it('that ends its thread keeps none of the others from being evaluated', async () => {
    const tasks: Task[] = ['details.t > 90', '$match(details.u, /^(b+)+$/)', 'details.t < 90'].map(
      expression => ({
        kind: 'filter',
        expression,
        input: 0,
      }),
    )
    const results = await runTasks(tasks, [{ details: { t: 91, u: `${'b'.repeat(60)}c` } }])
    expect(results).toEqual([{ value: true }, { problem: 'too-slow' }, { value: false }])
  })

  it('has nothing of the process in its hands', async () => {
    for (const expression of [
      'process',
      '$eval("process")',
      '$constructor',
      'constructor.constructor("return 1")()',
    ])
      expect((await filter(expression)).value ?? false).toBe(false)
  })
})

describe('a template', () => {
  it('fills in and leaves what is not there empty', async () => {
    const { written } = await render('{{ alarm.type }} {{ alarm.no.such }}{{ alarm.details }}', {
      alarm: { type: 'Hot', details: { a: 1 } },
    })
    expect(written?.body).toBe('Hot {\n "a": 1\n}')
  })

  it('escapes values in HTML wherever they stand, and nobody can ask for less', async () => {
    const evil = '"><img src=x onerror=alert(1)> \' `x`'
    for (const source of [
      '<p>{{ v }}</p>',
      '<p>{{ v | raw }}</p>',
      '<p title="{{ v | escape | raw }}">a</p>',
      "<p title='{{ v }}'>a</p>",
    ]) {
      const body = (await render(source, { v: evil }, true)).written?.body ?? ''
      expect(body).not.toMatch(/<img|onerror=/)
      expect(body).not.toContain('&amp;#')
    }
    const body = (await render('<a href="{{ v }}">x</a>', { v: 'javascript:alert(1)' }, true)).written?.body
    expect(body).toBe('<a href="#">x</a>')
    expect((await render('<a href="{{ v }}">x</a>', { v: 'https://a.test/?b=1' }, true)).written?.body).toBe(
      '<a href="https://a.test/&#63;b&#61;1">x</a>',
    )
  })

  it.each([
    ['{% for i in (1..100000000) %}x{% endfor %}', /too-/],
    ['{% for i in (1..900000) %}{% for j in (1..900000) %}{{ i }}{% endfor %}{% endfor %}', /too-/],
    [
      '{% assign s = "0123456789" %}{% for i in (1..40) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
      /too-large/,
    ],
    ['{% for i in (1..30000) %}0123456789{% endfor %}', /too-/],
    ['{% include "/etc/passwd" %}', /syntax|failed/],
    ['{% render "x" %}', /syntax|failed/],
    ['{% if %}', /syntax/],
    ['{{ v | nosuchfilter }}', /syntax|failed/],
  ])('%s is stopped', async (source, problem) => {
    expect((await render(source)).problem).toMatch(problem)
  })

  it('sees own properties alone', async () => {
    expect(
      (await render('{{ v.constructor }}{{ v.__proto__ }}{{ v.toString }}', { v: {} })).written?.body,
    ).toBe('')
  })
})
