// What fails at the mail itself: sender, recipient, content, and the connection meanwhile.
import { startHangUp, startScriptedSmtp } from '../raw-server'
import { behindTls, diagnose, type Fault, inClear, raw, refusing, short } from './arrange'

export const mailFaults: Fault[] = [
  {
    cause: 'sender-rejected',
    when: 'refused at MAIL',
    arrange: refusing('mail-from', 553, '5.7.1 Not allowed'),
    concerns: 'server',
  },
  {
    cause: 'sender-rejected',
    when: 'Postfix, in the reply to RCPT',
    arrange: refusing(
      'rcpt-to',
      553,
      '5.7.1 <from@example.org>: Sender address rejected: not owned by user anna',
    ),
    concerns: 'server',
  },
  {
    cause: 'sender-rejected',
    when: 'Microsoft 365, send-as, after the content',
    arrange: refusing('data', 550, '5.7.60 SMTP; Client does not have permissions to send as this sender'),
    concerns: 'server',
  },
  {
    cause: 'sender-rejected',
    when: 'SendGrid, unverified',
    arrange: refusing(
      'data',
      550,
      'The from address does not match a verified Sender Identity. Mail cannot be sent',
    ),
    concerns: 'server',
  },
  {
    cause: 'sender-rejected',
    when: 'Amazon SES, unverified',
    arrange: refusing(
      'data',
      554,
      'Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: from@example.org',
    ),
    concerns: 'server',
  },
  {
    cause: 'recipient-rejected',
    when: 'Amazon SES, sandbox',
    arrange: refusing(
      'data',
      554,
      'Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: to@example.org',
    ),
    permanent: true,
  },
  {
    cause: 'recipient-rejected',
    when: 'no such user',
    arrange: refusing('rcpt-to', 550, '5.1.1 No such user'),
    permanent: true,
  },
  {
    cause: 'recipient-rejected',
    when: 'the address needs SMTPUTF8',
    arrange: async () => ({
      ...(await inClear({ utf8: false })),
      mail: { envelope: { from: 'from@example.org', to: 'jürgen@example.org' } },
    }),
    detail: { reason: 'smtputf8' },
    permanent: true,
  },
  {
    cause: 'relay-denied',
    when: 'no login is offered',
    arrange: refusing('rcpt-to', 554, '5.7.1 <to@example.org>: Relay access denied'),
    concerns: 'server',
  },
  {
    cause: 'relay-denied',
    when: 'signed in and still refused',
    arrange: () => behindTls({ refuse: { 'rcpt-to': { code: 550, text: '5.7.1 Relaying denied' } } }),
    concerns: 'server',
  },
  {
    cause: 'greylisted',
    when: '451 at RCPT',
    arrange: refusing('rcpt-to', 451, '4.7.1 Please try again later'),
  },
  {
    cause: 'greylisted',
    when: '450 by name',
    arrange: refusing('rcpt-to', 450, '4.2.0 <to@example.org>: Recipient address rejected: Greylisted'),
  },
  {
    cause: 'rate-limited',
    when: '421 4.7.x',
    arrange: refusing('mail-from', 421, '4.7.0 Try again later, closing connection'),
  },
  {
    cause: 'rate-limited',
    when: '450 4.7.x',
    arrange: refusing('rcpt-to', 450, '4.7.1 Error: too much mail from 192.0.2.1'),
  },
  {
    cause: 'rate-limited',
    when: 'Gmail, the daily limit',
    arrange: refusing('data', 550, '5.4.5 Daily user sending limit exceeded'),
  },
  {
    cause: 'mailbox-full',
    when: '552 5.2.2',
    arrange: refusing('rcpt-to', 552, '5.2.2 Mailbox full'),
    permanent: true,
  },
  { cause: 'mailbox-full', when: '452 4.2.2', arrange: refusing('rcpt-to', 452, '4.2.2 Over quota') },
  {
    cause: 'message-too-large',
    when: '552 5.3.4 after the content',
    arrange: refusing('data', 552, '5.3.4 Message too big'),
    permanent: true,
  },
  {
    cause: 'message-too-large',
    when: 'announced by SIZE',
    arrange: async () => ({ ...(await inClear({ size: 100 })), mail: { raw: Buffer.alloc(2000, 'x') } }),
    detail: { limit: '100', size: '2000' },
    permanent: true,
  },
  {
    cause: 'content-rejected',
    when: 'taken for spam',
    arrange: refusing('data', 554, '5.7.1 Message rejected as spam'),
    permanent: true,
  },
  {
    cause: 'connection-lost-before-data',
    when: 'cut instead of a greeting',
    arrange: () => raw(startHangUp()),
  },
  { cause: 'connection-lost-before-data', when: 'cut at RCPT', arrange: () => inClear({ drop: 'rcpt-to' }) },
  {
    cause: 'connection-lost-before-data',
    when: 'cut instead of 354',
    arrange: () => raw(startScriptedSmtp({ DATA: null })),
  },
  {
    cause: 'connection-lost-before-data',
    when: 'silence after MAIL',
    arrange: async () => ({ ...(await raw(startScriptedSmtp({ MAIL: '' }), short)), options: diagnose }),
    detail: { stage: 'mail-from', reason: 'timeout' },
  },
  ...(['RCPT', 'DATA'] as const).map(command => ({
    cause: 'server-slow' as const,
    when: `silence after ${command}`,
    arrange: async () => ({
      ...(await raw(startScriptedSmtp({ [command]: '' }), short)),
      options: diagnose,
    }),
  })),
  {
    cause: 'server-slow',
    when: 'silence after RCPT, to an ordinary mail',
    arrange: async () => ({
      ...(await raw(startScriptedSmtp({ RCPT: '' }))),
      options: { patience: { recipient: 300 } },
    }),
    detail: { stage: 'rcpt-to' },
  },
  { cause: 'outcome-uncertain', when: 'cut after the final dot', arrange: () => inClear({ drop: 'data' }) },
  {
    cause: 'outcome-uncertain',
    when: 'silence after the final dot',
    arrange: async () => ({
      ...(await raw(startScriptedSmtp({ '.': '' }))),
      options: { patience: { acceptance: 300 } },
    }),
  },
  {
    cause: 'outcome-uncertain',
    when: 'nonsense after the final dot',
    arrange: () => raw(startScriptedSmtp({ '.': 'what?' })),
  },
  {
    cause: 'outcome-uncertain',
    when: 'yes and no after the final dot',
    arrange: () => raw(startScriptedSmtp({ '.': '250-Taken\r\n550 No' })),
  },
]

/** What no other name fits. */
export const protocolFaults: Fault[] = [
  {
    cause: 'protocol-error',
    when: 'an unknown refusal of the login',
    arrange: refusing('auth', 550, 'The moon is full'),
  },
  {
    cause: 'protocol-error',
    when: 'the greeting refuses',
    arrange: refusing('connect', 554, 'No SMTP service here'),
  },
  {
    cause: 'protocol-error',
    when: 'nonsense in the middle',
    arrange: () => raw(startScriptedSmtp({ MAIL: 'what?' })),
  },
  {
    cause: 'protocol-error',
    when: 'neither yes nor no to RCPT',
    arrange: () => raw(startScriptedSmtp({ RCPT: '354 go ahead' })),
  },
]
