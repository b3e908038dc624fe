// The check of a connection goes as far as the sender, and leaves nothing behind.
import { expect, it } from 'vitest'
import { noSecrets, plainSettings } from './settings'
import { keep } from './testing/keep'
import { startBlackHole, startForeignServer } from './testing/raw-server'
import { type SinkOptions, startSmtpSink } from './testing/smtp-sink'
import { tryConnection } from './trial'

const sink = (options: SinkOptions = {}) => keep(startSmtpSink(options))

it('names the sender, takes it back and sends nothing', async () => {
  const server = await sink({ size: 10_000 })
  const outcome = await tryConnection(plainSettings(server), noSecrets)
  expect(outcome).toMatchObject({
    result: 'accepted',
    phase: 'mail-from',
    queueId: null,
    reply: { code: 250 },
  })
  expect(server.reached).toEqual(['connect', 'mail-from'])
  expect(server.mails).toEqual([])
  const results = Object.fromEntries(outcome.stages.map(({ stage, result }) => [stage, result]))
  expect(results).toMatchObject({ 'mail-from': 'ok', 'rcpt-to': 'skipped', data: 'skipped' })
  const said = outcome.transcript
    .filter(({ from }) => from === 'client')
    .map(({ text }) => text.split(' ')[0])
  expect(said).toEqual(['EHLO', 'MAIL', 'RSET', 'QUIT'])
})

it('tells why the sender is refused', async () => {
  const server = await sink({ refuse: { 'mail-from': { code: 553, text: '5.7.1 Not allowed' } } })
  expect(await tryConnection(plainSettings(server), noSecrets)).toMatchObject({ cause: 'sender-rejected' })
})

it('looks further after a failure', async () => {
  const web = await keep(startForeignServer('http'))
  const silent = await keep(startBlackHole())
  const check = ({ host, port }: { host: string; port: number }) =>
    tryConnection({ ...plainSettings({ host, port }), timeoutSeconds: 0.3 }, noSecrets, {
      network: { usualPorts: [] },
    })
  expect(await check(web)).toMatchObject({ cause: 'not-smtp', detail: { answered: 'http' } })
  expect(await check(silent)).toMatchObject({ cause: 'greeting-timeout' })
})
