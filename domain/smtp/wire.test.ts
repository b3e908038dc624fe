// Replies as servers really write them: what is forgiven, what is cut, and what ends the dialogue.
import { expect, it } from 'vitest'
import { noSecrets, plainSettings } from './settings'
import { submit } from './submission'
import { keep } from './testing/keep'
import { startScriptedSmtp } from './testing/raw-server'

const mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
}

async function send(script: Record<string, string>) {
  const server = await keep(startScriptedSmtp(script))
  return { server, outcome: await submit(plainSettings(server), noSecrets, mail) }
}

it.each([
  ['blank lines before it', { greeting: '\r\n220 raw', RCPT: '\r\n \r\n250 OK', '.': '\r\n250 OK' }],
  ['a blank line after it', { DATA: '354 go ahead\r\n' }],
  ['bare line feeds', { RCPT: '250-OK\n250 OK' }],
  ['no text', { MAIL: '250', RCPT: '250 ', '.': '250' }],
  ['several codes that all say yes', { RCPT: '250-OK\r\n251 Forwarded' }],
])('a reply with %s is understood', async (_what, script) => {
  expect((await send(script)).outcome.result).toBe('accepted')
})

it.each([
  ['yes and no', '250-OK\r\n550 No'],
  ['no and yes', '550-No\r\n250 OK'],
  ['an answer that is for later', '150 Working on it'],
  ['the answer to another question', '354 go ahead'],
  ['a code without a space', '250OK'],
])('after %s to RCPT nothing more is said', async (_what, reply) => {
  const { server, outcome } = await send({ RCPT: reply })
  expect(outcome).toMatchObject({ result: 'failed', cause: 'protocol-error', permanent: false })
  expect(server.received()).toMatch(/RCPT TO:<to@example.org>\r\n$/)
})

it('a reply without end is cut for the one who reads it, and the list of what a server can is not', async () => {
  const words = 'is too long for anybody '.repeat(2000)
  const keywords = Array.from({ length: 400 }, (_, index) => `250-X-KEYWORD-${index}`)
  const { outcome } = await send({
    EHLO: ['250-raw', ...keywords, '250-SIZE 1', '250 PIPELINING'].join('\r\n'),
  })
  expect(outcome).toMatchObject({ cause: 'message-too-large', detail: { limit: '1' } })
  expect(outcome.stages.find(({ stage }) => stage === 'ehlo')?.facts.capabilities).toHaveLength(100)

  const refused = await send({ greeting: `220 ${words}`, RCPT: `550 5.1.1 This address ${words}` })
  expect(refused.outcome).toMatchObject({ cause: 'recipient-rejected', permanent: true })
  expect(JSON.stringify(refused.outcome).length).toBeLessThan(20_000)
})
