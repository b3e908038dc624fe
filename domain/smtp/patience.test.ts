// How long a server may take, and who gives up when.
import { expect, it } from 'vitest'
import type { Mail, SubmitOptions } from './outcome'
import { patienceOf } from './patience'
import { noSecrets, plainSettings } from './settings'
import { Connection, submit } from './submission'
import { keep } from './testing/keep'
import { startScriptedSmtp } from './testing/raw-server'
import { type SinkOptions, startSmtpSink } from './testing/smtp-sink'

const mail: Mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
}
const watched: SubmitOptions = { diagnose: true, network: { usualPorts: [] } }

/** To a server that takes longer for each of the steps than the administrator's timeout. */
async function send(delay: SinkOptions['delay'], options: SubmitOptions) {
  const server = await keep(startSmtpSink({ delay }))
  const settings = { ...plainSettings(server), timeoutSeconds: 0.5 }
  return { server, outcome: await submit(settings, noSecrets, mail, options) }
}

const minute = 60_000

it.each([1, 10, 60, 300])(
  'of a timeout of %i s, a mail that nobody watches takes what is longer',
  seconds => {
    const { step, sender, recipient, goAhead, piece, acceptance } = patienceOf(seconds, false)
    expect({ step, sender, recipient, goAhead, piece, acceptance }).toEqual({
      step: seconds * 1000,
      sender: 5 * minute,
      recipient: 5 * minute,
      goAhead: Math.max(2 * minute, seconds * 1000),
      piece: Math.max(3 * minute, seconds * 1000),
      acceptance: 10 * minute,
    })
  },
)

it('of a test mail, only the wait after the final dot is longer than the timeout', () => {
  expect(patienceOf(10, true)).toMatchObject({
    step: 10_000,
    sender: 10_000,
    recipient: 10_000,
    goAhead: 10_000,
    piece: 10_000,
    acceptance: 10 * minute,
  })
})

it('an ordinary mail is taken by a server that takes longer than the timeout from MAIL on', async () => {
  const { server, outcome } = await send({ 'mail-from': 900, 'rcpt-to': 900, data: 900 }, {})
  expect(outcome.result).toBe('accepted')
  expect(server.mails).toHaveLength(1)
})

it('so is the next one over a connection that was kept', async () => {
  const server = await keep(startSmtpSink({ delay: { 'rcpt-to': 900, data: 900 } }))
  const opened = await Connection.open({ ...plainSettings(server), timeoutSeconds: 0.5 }, noSecrets)
  if (!(opened instanceof Connection)) throw new Error(opened.cause)
  expect(await opened.send(mail)).toMatchObject({ result: 'accepted' })
  expect(await opened.send(mail)).toMatchObject({ result: 'accepted' })
  await opened.close()
  expect(server.mails).toHaveLength(2)
})

it('a test mail calls a server slow that has not answered RCPT in time, and says where', async () => {
  const { server, outcome } = await send({ 'rcpt-to': 2000 }, watched)
  expect(outcome).toMatchObject({
    result: 'failed',
    cause: 'server-slow',
    permanent: false,
    detail: { stage: 'rcpt-to' },
  })
  expect(server.mails).toEqual([])
})

it('a test mail waits for the receipt, and tells that the server has it and is still thinking', async () => {
  const told: { stage: string; seconds: number }[] = []
  const { outcome } = await send(
    { data: 1500 },
    { ...watched, patience: { notice: 300 }, onWaiting: waiting => told.push(waiting) },
  )
  expect(outcome.result).toBe('accepted')
  expect(told.length).toBeGreaterThan(1)
  expect(new Set(told.map(({ stage }) => stage))).toEqual(new Set(['data']))
  expect(told.at(-1)?.seconds).toBeGreaterThan(0)
  expect(outcome.transcript.map(({ text }) => text).join('\n')).toContain('still thinking')
})

it('gives up in the end, and then nobody knows', async () => {
  const server = await keep(startScriptedSmtp({ '.': '' }))
  const told: unknown[] = []
  const outcome = await submit(plainSettings(server), noSecrets, mail, {
    ...watched,
    patience: { notice: 100, acceptance: 500 },
    onWaiting: waiting => told.push(waiting),
  })
  expect(outcome).toMatchObject({
    result: 'uncertain',
    cause: 'outcome-uncertain',
    detail: { reason: 'timeout' },
  })
  expect(told.length).toBeGreaterThan(1)
})
