// Who holds a dump of the whole database can redeem no link, sign in nowhere, and read no password.
import { Secret } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { listInbox, readInboxMail, startInbox } from '@/domain/inbox/inbox'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { read, startTestWorker } from '@/domain/outbox/testing/worker'
import { createAuthority } from '@/domain/smtp/testing/certificates'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { db } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { dump, testKeys, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { activate } from './activation'
import { confirmEmailChange, requestEmailChange } from './email-change'
import { answerLinkRequests, requestLink, resetPassword } from './password-reset'
import { FactorWanted, signInWithCode } from './pending-sign-in'
import { viewerOf } from './session'
import { signIn } from './sign-in'
import { withApp } from './testing/codes'
import { administrator, origin, password } from './testing/people'
import { addUser } from './users'

const test = useTestDatabase()

describe('a dump of the database after the whole story', () => {
  it('holds no password, no token that redeems, no session and no secret of a mail server', async () => {
    const smtp = { username: 'anna', password: 'Str0ng-Secret-0f-SMTP' }
    const authority = await createAuthority()
    const certificate = await authority.issue(['127.0.0.1'])
    const sink = await startSmtpSink({ tls: 'starttls', certificate, login: smtp, loginRequired: true })
    const inbox = await startInbox(0)
    try {
      const root = await administrator()
      await startTestWorker(test.database, answerLinkRequests)
      await connectMailServer(
        root,
        sink,
        { encryption: 'starttls', authentication: 'password', username: 'anna', trustedCa: authority.cert },
        { password: smtp.password },
      )
      const nextLink = async (work: () => Promise<unknown>) => {
        const seen = sink.mails.length
        await work()
        const mail = await until(async () => {
          for (const { raw } of sink.mails.slice(seen)) {
            const found = await read(raw)
            if (found.token) return found
          }
        })
        return mail.token
      }
      const invited = {
        ...{ email: 'anna@example.org', firstName: 'Anna', lastName: '', locale: 'en', sendActivation: true },
        ...{ role: 'system_administrator' as const, tenantId: null, customerId: null },
      }
      const passwords = ['the first of Anna', 'the second of Anna', 'a guess of Eve at Anna']
      const activation = await nextLink(() => addUser(root, invited))
      const { token: session } = await activate(activation, passwords[0]!, origin)
      const anna = (await viewerOf(session, ''))!
      const change = await nextLink(() => requestEmailChange(anna, 'anna@new.example', passwords[0]!))
      await confirmEmailChange(anna, change)
      const reset = await nextLink(() => requestLink('anna@new.example', origin.address))
      await resetPassword(reset, passwords[1]!, origin)
      expect(await refusalOf(signIn('anna@new.example', passwords[2]!, origin))).toBe('sign-in-failed')
      const { token: cookie } = await signIn('anna@new.example', passwords[1]!, origin)
      const factor = await withApp((await viewerOf(cookie, ''))!)
      const waits = await signIn('anna@new.example', passwords[1]!, origin).catch(error => error)
      if (!(waits instanceof FactorWanted)) throw waits
      const { token: withCode } = await signInWithCode(
        waits.pending,
        factor.codes[0]!.replaceAll('-', ''),
        origin,
      )
      const unused = await nextLink(() => addUser(root, { ...invited, email: 'ben@example.org' }))
      // And one that lies in the built-in inbox, unread.
      await connectMailServer(root, { host: '127.0.0.1', port: inbox.port })
      await addUser(root, { ...invited, email: 'carla@example.org' })
      const [kept] = await until(async () => {
        const { mails } = await listInbox(root, { search: 'carla' })
        return mails.length > 0 && mails
      })
      const inInbox = /\/activate\/([\w-]+)/.exec((await readInboxMail(root, kept!.id)).text)?.[1]
      expect(inInbox).toBeTruthy()
      await until(
        async () =>
          (await db().outboundMail.count({ where: { state: { in: ['queued', 'sending'] } } })) === 0,
      )

      const everything = await dump()
      expect(everything).toContain('anna@new.example')
      expect(everything).toContain('-- pgboss.job')
      const material = Buffer.from(testKeys.split(':')[1]!, 'base64')
      const secrets = [
        ...[...passwords, password, smtp.password],
        ...[factor.key, factor.key.toLowerCase(), Secret.fromBase32(factor.key).hex, waits.pending, withCode],
        ...factor.codes.flatMap(code => [
          code,
          code.replaceAll('-', ''),
          code.replaceAll('-', '').toUpperCase(),
        ]),
        ...[activation, change, reset, unused, inInbox!, session, cookie],
        ...[material.toString('latin1'), ...keyring().sessionSecrets],
      ]
      for (const secret of secrets) {
        const bytes = Buffer.from(secret)
        const decoded = Buffer.from(secret, 'base64url')
        for (const form of [
          secret,
          ...(['base64', 'base64url', 'hex'] as const).map(encoding =>
            bytes.toString(encoding).replace(/=+$/, ''),
          ),
          ...(secret.length > 40
            ? [decoded.toString('hex'), decoded.toString('base64').replace(/=+$/, '')]
            : []),
        ])
          expect(everything.includes(form), `the dump contains a secret as ${form.slice(0, 4)}…`).toBe(false)
      }
    } finally {
      await inbox.stop()
      await sink.close()
    }
  })
})
