import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admit } from './admission'

/** Answers like a page that reads a form, and says how much it got. */
const server = createServer((request, response) =>
  admit(request, response, async () => {
    const body = await read(request).catch(() => null)
    if (body) response.end(`let in with ${body.length}`)
  }),
)

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const port = () => (server.address() as AddressInfo).port

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Byte by byte as given: a client that cleans paths would not do. */
async function answer(method: string, path: string, headers: string[] = [], body = ''): Promise<string> {
  const socket = connect(port(), '127.0.0.1')
  const length = headers.some(header => /^transfer/i.test(header)) ? [] : [`Content-Length: ${body.length}`]
  socket.write(
    [`${method} ${path} HTTP/1.1`, 'Host: h', 'Connection: close', ...length, ...headers, '', body].join(
      '\r\n',
    ),
  )
  socket.on('error', () => {})
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  await new Promise(resolve => socket.on('close', resolve))
  return `${text.split(' ')[1]} ${text
    .split('\r\n\r\n')[1]
    ?.split('\r\n')
    .find(line => / /.test(line))
    ?.trim()}`
}

describe('an address', () => {
  it.each(['/activate/x%', '/%c0%af', '/x%00y', '/%', '/%ed%a0%80', '/users/%0d%0aX', '/%zz?next=/'])(
    '%s cannot be read',
    async path => {
      expect(await answer('GET', path)).toBe('400 This address cannot be read.')
    },
  )

  it.each(['/', '/activate/a.', '/b%C3%BCcher', '/login?next=%', '/login?next=%00'])('%s can', async path => {
    expect(await answer('GET', path)).toBe('200 let in with 0')
  })
})

describe('a body', () => {
  const form = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'

  it('that is a form in parts is let in as it came', async () => {
    const type = ['Content-Type: multipart/form-data; boundary=x']
    expect(await answer('POST', '/login', type, form)).toBe(`200 let in with ${form.length}`)
  })

  it.each([
    ['without a boundary', 'multipart/form-data', form],
    ['with an empty boundary', 'multipart/form-data; boundary=', form],
    ['that breaks off', 'multipart/form-data; boundary=x', form.slice(0, -9)],
    ['with another boundary', 'multipart/form-data; boundary=y', form],
    ['of nothing', 'multipart/form-data; boundary=x', ''],
    ['of another kind', 'multipart/mixed; boundary=x', form],
    ['of JSON', 'Multipart/Form-Data; boundary=x', '{"a":1}'],
  ])('in parts %s cannot be read', async (_, type, body) => {
    expect(await answer('POST', '/login', [`Content-Type: ${type}`], body)).toBe(
      '400 This form cannot be read.',
    )
  })

  it.each([
    ['/login', 65_536, '200 let in with 65536'],
    ['/login', 65_537, '413 This is too much at once.'],
    ['/users', 65_537, '413 This is too much at once.'],
    ['/api/auth/callback/credentials', 800_000, '413 This is too much at once.'],
    ['/settings/mail/new', 1_000_000, '200 let in with 1000000'],
    ['/settings/mail/new', 1_100_000, '413 This is too much at once.'],
  ])('to %s of %i bytes: %s', async (path, bytes, said) => {
    expect(await answer('POST', path, ['Content-Type: text/plain'], 'x'.repeat(bytes))).toBe(said)
  })

  it.each(['text/plain', 'multipart/form-data; boundary=x'])(
    'of %s without a length is counted as it comes',
    async type => {
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
      const headers = ['Transfer-Encoding: chunked', `Content-Type: ${type}`]
      expect(await answer('POST', '/login', headers, `${chunk}${chunk}0\r\n\r\n`)).not.toContain('let in')
    },
  )
})
