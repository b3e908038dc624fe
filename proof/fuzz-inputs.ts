// What anybody may send: to forms, addresses, headers and bodies. And what no answer may be.
import fc from 'fast-check'

/** Something to send, told so that it can be sent again. */
export type Sent = { what: string; path: string; init: RequestInit }

/** Signs, sizes and names that have hurt other software. */
const hurtful = [
  '',
  ' ',
  '\0',
  '\r\n',
  '\r\nSet-Cookie: a=b',
  '\u202e\u2066',
  '\ufffd',
  '\ufeff',
  'İıſK',
  '👩‍🚀'.repeat(50),
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '-1',
  '0',
  '1e400',
  '9007199254740993',
  '99999999999999999999999999',
  '2026-02-30T25:61',
  '00000000-0000-0000-0000-000000000000',
  'a@b',
  'a@example.org',
  `${'a'.repeat(300)}@example.org`,
  '"<script>alert(1)</script>"@example.org',
  '%00%ff%c0%af',
  '../../../../etc/passwd',
  '//evil.example',
  'javascript:alert(1)',
  "' OR 1=1 --",
  '%%_\\',
  '{{7*7}}<%= 7 %>',
  '{"a":{"b":[]}}',
  '['.repeat(5_000),
  'x'.repeat(20_000),
  'on',
  'null',
  'undefined',
]

/** One value of a field, a part of an address, a header: of Unicode, as nothing else goes over the wire. */
const text: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(...hurtful) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom(...hurtful), { maxLength: 4 }).map(some => some.join('')),
    },
  )
  .map(some => Buffer.from(some).toString())

/** A form as a page has it: where it goes, what is hidden in it, and the names of what can be typed or chosen. */
export type Form = { path: string; hidden: [string, string][]; fields: string[] }

/** The forms that post, of a page that a browser without JavaScript gets. */
export function formsIn(path: string, html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(
    ([, head = '', body = '']): Form[] => {
      if (!/method="post"/i.test(head)) return []
      const controls = [...body.matchAll(/<(?:input|select|textarea|button)\b([^>]*)/g)].flatMap(
        ([, control = '']) => {
          const name = attribute(control, 'name')
          const hidden = attribute(control, 'type') === 'hidden'
          return name ? [{ name, hidden, value: attribute(control, 'value') ?? '' }] : []
        },
      )
      const action = attribute(head, 'action')
      return [
        {
          path: action?.startsWith('/') ? action : path,
          hidden: controls.filter(({ hidden }) => hidden).map(({ name, value }) => [name, value]),
          fields: [...new Set(controls.filter(({ hidden }) => !hidden).map(({ name }) => name))],
        },
      ]
    },
  )
}

const attribute = (control: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`, 'i')
    .exec(control)?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** A form filled in by somebody who means no good: fields missing, twice, as files, and some that it has not. */
export function filledIn(form: Form): fc.Arbitrary<Sent> {
  const strange = [
    '__proto__',
    'constructor[prototype]',
    '$ACTION_KEY',
    '$ACTION_ID_',
    '$ACTION_1:0',
    'id',
    'x[y][z]',
  ]
  const names = [...form.fields, ...form.fields, ...form.hidden.map(([name]) => name), ...strange]
  return fc
    .record({
      // Mostly it is the form that the page has; what is hidden in it is changed now and then.
      whole: fc.boolean(),
      kept: fc.array(fc.boolean(), { minLength: form.hidden.length, maxLength: form.hidden.length }),
      values: fc.array(fc.tuple(fc.constantFrom(...names), text, fc.nat({ max: 9 })), { maxLength: 12 }),
    })
    .map(({ whole, kept, values }) => {
      const body = new FormData()
      form.hidden.forEach(([name, value], at) => {
        if (whole || kept[at]) body.append(name, value)
      })
      for (const [name, value, kind] of values) {
        if (whole && form.hidden.some(([hidden]) => hidden === name)) continue
        if (kind === 0) body.append(name, new File([value], 'a.txt', { type: 'text/plain' }))
        else body.append(name, value)
      }
      return { what: `form of ${form.path}`, path: form.path, init: { method: 'POST', body } }
    })
}

/** An address with anything where a parameter stands, and anything asked for. `*` in a pattern is the parameter. */
export const addressLike = (pattern: string): fc.Arbitrary<Sent> =>
  fc
    .tuple(
      text,
      fc.array(
        fc.tuple(
          fc.oneof(
            fc.constantFrom(
              'q',
              'page',
              'state',
              'sort',
              'order',
              'factor',
              'tenant',
              'before',
              'after',
              'next',
              'provider',
              'from',
              'tab',
              'notice',
              'list',
              'line',
              'logo',
              'v',
            ),
            text,
          ),
          text,
        ),
        {
          maxLength: 4,
        },
      ),
    )
    .map(([part, asked]) => {
      const query = new URLSearchParams(asked.map(([name, value]) => [name, value]))
      const path = pattern.replace('*', encodeURIComponent(part.slice(0, 2_000)) || 'x')
      const search = query.size > 0 ? `?${query.toString().slice(0, 6_000)}` : ''
      return { what: `address ${pattern}`, path: path + search, init: {} }
    })

const headerNames = [
  'accept-language',
  'user-agent',
  'cookie',
  'referer',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'next-action',
  'next-router-state-tree',
  'rsc',
  'next-url',
  'content-type',
  'accept',
  'if-none-match',
  'range',
  'x-nonce',
]

/** A page asked for with headers that no browser sends. Those that Node refuses to send are left out. */
export const withHeaders = (path: string): fc.Arbitrary<Sent> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom(...headerNames), text), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
    )
    .map(([wanted, posts]) => {
      const headers = new Headers()
      for (const [name, value] of wanted)
        headers.set(
          name,
          [...value.slice(0, 2_000)].filter(sign => /[\x20-\x7e\x80-\xff]/.test(sign)).join(''),
        )
      return { what: `headers at ${path}`, path, init: { method: posts ? 'POST' : 'GET', headers } }
    })

/** A body that is not what its type says, or says too much. */
export const rottenBody = (path: string): fc.Arbitrary<Sent> =>
  fc
    .tuple(
      fc.constantFrom(
        'application/json',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=b',
        'multipart/form-data',
        'text/plain;charset=UTF-8',
        'text/x-component',
        'rubbish',
      ),
      fc.oneof(
        text,
        fc.json({ maxDepth: 6 }),
        fc.constantFrom(
          '{"__proto__":{"a":1}}',
          '--b\r\nContent-Disposition: form-data; name="email"\r\n\r\na',
          '--b\r\nContent-Disposition: form-data; name="email"; filename="x"\r\nContent-Type: a/b\r\n\r\n\0\r\n--b--\r\n',
          '--b\r\n\r\n--b--',
          'email=%&code=%zz&&&=',
          `${'email=a&'.repeat(3_000)}`,
        ),
      ),
    )
    .map(([type, body]) => ({
      what: `body at ${path}`,
      path,
      init: { method: 'POST', body: body, headers: { 'content-type': type } },
    }))

/** What is wrong with an answer, or null: it is ours, in words, and tells nothing of the inside. */
export function fault(status: number, body: string): string | null {
  if (status >= 500) return `answered with ${status}`
  const [trace] = /\n\s+at \S+ \(|\bnode_modules\/|PrismaClient\w*Error|\.next\/server/.exec(body) ?? []
  return trace ? `tells of the inside: ${trace.trim()}` : null
}
