// What servers say at each step, word for word, and what it means. `us` meets every mail through the server.
import type { Cause } from '../../causes'
import type { Concern } from '../../outcome'
import { startScriptedSmtp } from '../raw-server'
import type { SinkStep } from '../smtp-sink'
import { behindTls, type Fault, good, inClear, raw, refusing } from './arrange'

type Row = [cause: Cause, who: string, step: SinkStep | 'ehlo', code: number, text: string]

const us: Row[] = [
  // Our address.
  [
    'client-blocked',
    'Postfix, Spamhaus',
    'rcpt-to',
    554,
    '5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1',
  ],
  [
    'client-blocked',
    'Microsoft 365, Spamhaus',
    'rcpt-to',
    550,
    '5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/192.0.2.1 AS(1430)',
  ],
  [
    'client-blocked',
    'Microsoft 365, banned',
    'mail-from',
    550,
    '5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal visit https://sender.office.com/',
  ],
  [
    'client-blocked',
    'Microsoft 365, new tenant',
    'data',
    550,
    '5.7.708 Service unavailable. Access denied, traffic not accepted from this IP. For more information please go to http://go.microsoft.com/fwlink/?LinkId=526653 AS(7230)',
  ],
  [
    'client-blocked',
    'Postfix, no name',
    'rcpt-to',
    450,
    '4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]',
  ],
  [
    'client-blocked',
    'Postfix, no reverse name',
    'rcpt-to',
    554,
    '5.7.1 <unknown[192.0.2.1]>: Client host rejected: cannot find your reverse hostname, [192.0.2.1]',
  ],
  [
    'client-blocked',
    'Postfix, inside a recipient',
    'rcpt-to',
    554,
    '5.7.1 <to@example.org>: Recipient address rejected: Your host is blacklisted, see https://bl.example.net',
  ],
  [
    'client-blocked',
    'Gmail, no PTR',
    'data',
    550,
    '5.7.25 The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not point to the sending IP.',
  ],
  [
    'client-blocked',
    'Gmail, IPv6 without PTR',
    'data',
    550,
    '5.7.1 [2001:db8::1] Our system has detected that this message does not meet IPv6 sending guidelines regarding PTR records and authentication.',
  ],
  [
    'client-blocked',
    'Gmail, unusual',
    'data',
    550,
    '5.7.1 [192.0.2.1] Our system has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been blocked.',
  ],
  [
    'client-blocked',
    'Gmail, dial-up',
    'data',
    550,
    "5.7.1 [192.0.2.1] The IP you're using to send mail is not authorized to send email directly to our servers. Please use the SMTP relay at your service provider instead.",
  ],
  [
    'client-blocked',
    'Yahoo',
    'connect',
    553,
    "5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list; see https://postmaster.yahooinc.com/error-codes",
  ],
  [
    'client-blocked',
    'GMX',
    'connect',
    554,
    'gmx.net (mxgmx017) Nemesis ESMTP Service not available. No SMTP service. Bad DNS PTR resource record.',
  ],
  [
    'client-blocked',
    'Deutsche Telekom',
    'connect',
    554,
    'IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.)',
  ],
  [
    'client-blocked',
    'Cisco',
    'connect',
    554,
    "Your access to this mail system has been rejected due to the sending MTA's poor reputation.",
  ],
  [
    'client-blocked',
    'Mimecast',
    'rcpt-to',
    550,
    'csi.mimecast.org Poor Reputation Sender. - https://community.mimecast.com/docs/DOC-1369#550',
  ],
  [
    'client-blocked',
    'Proofpoint',
    'connect',
    554,
    'Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1',
  ],
  [
    'client-blocked',
    'Barracuda',
    'rcpt-to',
    554,
    'Service unavailable; Client host [mail.example.org] blocked using Barracuda Reputation; http://www.barracudanetworks.com/reputation/?r=1&ip=192.0.2.1',
  ],
  [
    'client-blocked',
    'Exim, a list',
    'rcpt-to',
    550,
    'JunkMail rejected - mail.example.org [192.0.2.1] is in an RBL, see https://www.spamhaus.org',
  ],
  ['client-blocked', 'Exim, reverse', 'rcpt-to', 550, 'Reverse DNS lookup failed for host 192.0.2.1.'],
  ['client-blocked', 'Sendmail', 'mail-from', 550, '5.7.1 Fix reverse DNS for 192.0.2.1'],
  ['client-blocked', 'a German server', 'mail-from', 554, 'Ihre IP-Adresse 192.0.2.1 ist gesperrt'],
  [
    'client-blocked',
    'Brevo, at the login',
    'auth',
    525,
    '5.7.1 Unauthorized IP address. Visit https://app.brevo.com/security/authorised_ips',
  ],
  // The name that we say.
  [
    'ehlo-rejected',
    'Gmail',
    'ehlo',
    421,
    '4.7.0 Try again later, closing connection. (EHLO) 5b1f17b1804b1-4346c5f1e5asm12345 - gsmtp',
  ],
  [
    'ehlo-rejected',
    'Postfix, no full name',
    'rcpt-to',
    504,
    '5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname',
  ],
  [
    'ehlo-rejected',
    'Postfix, not found',
    'rcpt-to',
    450,
    '4.7.1 <host.local>: Helo command rejected: Host not found',
  ],
  [
    'ehlo-rejected',
    'Postfix, a rule',
    'rcpt-to',
    550,
    '5.7.1 <[127.0.0.1]>: Helo command rejected: No localhost here',
  ],
  ['ehlo-rejected', 'Exim, syntax', 'ehlo', 501, 'Syntactically invalid EHLO argument(s)'],
  [
    'ehlo-rejected',
    'Exim, a rule',
    'mail-from',
    550,
    'Access denied - Invalid HELO name (See RFC2821 4.1.1.1)',
  ],
  [
    'ehlo-rejected',
    'MailEnable',
    'rcpt-to',
    554,
    '5.7.1 The message has been blocked because the HELO/EHLO domain is invalid.',
  ],
  ['ehlo-rejected', 'a server of few words', 'ehlo', 504, '5.5.2 No'],
  // The login.
  ['auth-required', 'SendGrid', 'mail-from', 550, 'Unauthenticated senders not allowed'],
  [
    'auth-required',
    'SmarterMail',
    'rcpt-to',
    503,
    'This mail server requires authentication when attempting to send to a non-local e-mail address. Please check your mail client settings or contact your administrator to verify that the domain or address is defined for this server.',
  ],
  ['auth-required', 'NetEase', 'mail-from', 553, 'authentication is required'],
  ['auth-required', 'MDaemon', 'rcpt-to', 550, 'Authentication is required for relay'],
  [
    'auth-required',
    'Postfix, not logged in',
    'rcpt-to',
    553,
    '5.7.1 <from@example.org>: Sender address rejected: not logged in',
  ],
  ['auth-required', 'Exchange', 'mail-from', 454, '5.7.3 Client was not authenticated'],
  [
    'auth-rejected',
    'Amazon SES, paused',
    'data',
    554,
    'Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.',
  ],
  [
    'auth-rejected',
    'Mailgun, not activated',
    'data',
    550,
    'Please activate your Mailgun account. Check your inbox or log in to your control panel to resend the activation email.',
  ],
  // The sender.
  ['sender-rejected', 'Zoho, as', 'mail-from', 553, 'Relaying disallowed as from@example.org'],
  [
    'sender-rejected',
    'Zoho, after the content',
    'data',
    553,
    '5.7.1 Relaying disallowed as from@example.org',
  ],
  [
    'sender-rejected',
    'Amazon SES, a policy',
    'data',
    554,
    "Access denied: User `arn:aws:iam::123456789012:user/mail' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:123456789012:identity/example.org'",
  ],
  [
    'sender-rejected',
    'Gmail, no SPF or DKIM',
    'data',
    550,
    '5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.',
  ],
  [
    'sender-rejected',
    'Gmail, not so fast without them',
    'data',
    421,
    '4.7.26 Your email has been rate limited because it is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.',
  ],
  [
    'sender-rejected',
    'Microsoft, DMARC',
    'data',
    550,
    '5.7.509 Access denied, sending domain example.org does not pass DMARC verification and has a DMARC policy of reject.',
  ],
  [
    'sender-rejected',
    'Microsoft, the level',
    'data',
    550,
    '5.7.515 Access denied, sending domain example.org does not meet the required authentication level.',
  ],
  [
    'sender-rejected',
    'Resend, no domain',
    'data',
    550,
    'The example.org domain is not verified. Please, add and verify your domain on https://resend.com/domains',
  ],
  [
    'sender-rejected',
    'Microsoft, unregistered',
    'data',
    550,
    '5.7.750 Service unavailable. Client blocked from sending from unregistered domains',
  ],
  ['sender-rejected', 'IONOS', 'data', 550, 'Sender address is not allowed.'],
  [
    'sender-rejected',
    'OVH',
    'mail-from',
    553,
    '5.7.1 <from@example.org>: Sender address rejected: not owned by user anna',
  ],
  // Passing on, and how much.
  [
    'relay-denied',
    'qmail',
    'rcpt-to',
    553,
    "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
  ],
  [
    'relay-denied',
    'Exchange',
    'rcpt-to',
    550,
    '5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
  ],
  ['rate-limited', 'Zoho', 'data', 550, '5.4.6 Unusual sending activity detected. Please try after sometime'],
  ['rate-limited', 'Amazon SES', 'data', 454, 'Throttling failure: Daily message quota exceeded.'],
  ['rate-limited', 'Microsoft 365', 'data', 432, '4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded'],
  ['rate-limited', 'QQ', 'connect', 550, 'Connection frequency limited'],
  // The server has trouble of its own.
  [
    'protocol-error',
    'Postfix, a filter is down',
    'mail-from',
    451,
    '4.7.1 Service unavailable - try again later',
  ],
  [
    'protocol-error',
    'Postfix, a filter is down, later',
    'data',
    451,
    '4.7.1 Service unavailable - try again later',
  ],
  [
    'protocol-error',
    'Postfix, a filter is down, at once',
    'ehlo',
    451,
    '4.7.1 Service unavailable - try again later',
  ],
  ['protocol-error', 'full', 'rcpt-to', 452, '4.3.1 Insufficient system storage'],
  ['protocol-error', 'going down', 'rcpt-to', 421, '4.3.2 Service shutting down, closing channel'],
  ['protocol-error', 'by the book', 'mail-from', 421, 'Service not available, closing transmission channel'],
  ['protocol-error', 'overloaded', 'connect', 421, 'Server busy, try again later'],
  ['protocol-error', 'nobody knows, of the sender', 'mail-from', 550, 'The moon is full'],
]

const theMail: Row[] = [
  [
    'recipient-rejected',
    'Mailgun, a sandbox',
    'data',
    421,
    'Domain sandbox123.mailgun.org is not allowed to send: Free accounts are for test purposes only. Please upgrade or add the address to authorized recipients in Account Settings.',
  ],
  [
    'recipient-rejected',
    'Resend, a sandbox',
    'data',
    550,
    'You can only send testing emails to your own email address. To send emails to other recipients, please verify a domain',
  ],
  ['recipient-rejected', 'without a code', 'rcpt-to', 550, 'No such user here'],
  [
    'recipient-rejected',
    'Gmail',
    'rcpt-to',
    550,
    "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address",
  ],
  ['recipient-rejected', 'Exim', 'rcpt-to', 550, 'Unrouteable address'],
  [
    'recipient-rejected',
    'Microsoft 365',
    'rcpt-to',
    550,
    '5.4.1 Recipient address rejected: Access denied. AS(201806281)',
  ],
  ['recipient-rejected', 'GMX', 'rcpt-to', 550, 'Requested action not taken: mailbox unavailable'],
  [
    'recipient-rejected',
    'with an address that says otherwise',
    'rcpt-to',
    550,
    '<spamhaus.rate.limit@helo.example>: user unknown',
  ],
  ['recipient-rejected', 'in German', 'rcpt-to', 550, 'Empfänger unbekannt'],
  ['recipient-rejected', 'in French', 'rcpt-to', 550, 'Adresse d au moins un destinataire invalide. OFR_416'],
  ['recipient-rejected', 'in Spanish', 'rcpt-to', 550, 'El usuario no existe'],
  [
    'rate-limited',
    'Gmail, one recipient',
    'rcpt-to',
    450,
    '4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.',
  ],
  [
    'content-rejected',
    'Gmail',
    'data',
    550,
    '5.7.1 [192.0.2.1      12] Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.',
  ],
  ['content-rejected', 'a link in it', 'data', 554, '5.7.1 Message contains a URL listed by Spamhaus DBL'],
  ['protocol-error', 'a lookup failed', 'rcpt-to', 451, '4.3.0 <to@example.org>: Temporary lookup failure'],
  ['protocol-error', 'nobody knows', 'rcpt-to', 550, 'The moon is full'],
  ['protocol-error', 'nobody knows, for now', 'rcpt-to', 450, 'The moon is full'],
  ['protocol-error', 'nobody knows, of the content', 'data', 554, 'The moon is full'],
]

const login: Row[] = [
  [
    'auth-mechanism',
    'offered by mistake',
    'auth',
    535,
    '5.7.8 Error: authentication failed: invalid mechanism',
  ],
  ['auth-mechanism', 'Cyrus', 'auth', 535, '5.7.8 Error: authentication failed: no mechanism available'],
  ['auth-mechanism', 'Exchange', 'auth', 504, '5.7.4 Unrecognized authentication type'],
  ['auth-mechanism', 'too weak', 'auth', 534, '5.7.9 Authentication mechanism is too weak'],
  [
    'app-password-required',
    'mail.ru',
    'auth',
    535,
    '5.7.0 NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED',
  ],
  [
    'app-password-required',
    'QQ',
    'auth',
    535,
    'Login Fail. Please enter your authorization code to login. More information in http://service.mail.qq.com',
  ],
  ['auth-rejected', '550', 'auth', 550, 'Invalid username or password'],
  ['auth-rejected', '553', 'auth', 553, 'Authentication failed'],
  ['auth-rejected', 'a disabled account', 'auth', 525, '5.7.13 User account disabled'],
  ['auth-rejected', 'Exim', 'auth', 535, 'Incorrect authentication data'],
  ['rate-limited', 'SendGrid', 'auth', 451, 'Authentication failed: Maximum credits exceeded'],
  ['rate-limited', 'Yahoo', 'auth', 535, '5.7.0 (#AUTH005) Too many bad auth attempts'],
  ['rate-limited', 'Gmail', 'auth', 454, '4.7.0 Too many login attempts, please try again later.'],
  [
    'starttls-required',
    '538',
    'auth',
    538,
    '5.7.11 Encryption required for requested authentication mechanism',
  ],
  ['auth-temporary', 'nobody knows, for now', 'auth', 432, 'The moon is full'],
]

/** Where AUTH is offered and nobody signs in. */
const strangers: Row[] = [
  [
    'auth-required',
    'Postfix, to the recipient',
    'rcpt-to',
    554,
    '5.7.1 <to@example.org>: Recipient address rejected: Access denied',
  ],
  ['auth-required', 'Postfix, a relay', 'rcpt-to', 554, '5.7.1 <to@example.org>: Relay access denied'],
]

const arranged = (step: Row[2], code: number, text: string) =>
  step === 'ehlo'
    ? () => raw(startScriptedSmtp({ EHLO: `${code} ${text}`, HELO: `${code} ${text}` }))
    : refusing(step, code, text)

const faults = (rows: Row[], concerns: Concern): Fault[] =>
  rows.map(([cause, who, step, code, text]) => ({
    cause,
    when: who,
    concerns,
    permanent: concerns === 'mail' && code >= 500,
    arrange: arranged(step, code, text),
    detail: { reply: `${code} ${text}` },
  }))

export const refusalFaults: Fault[] = [
  ...faults(us, 'server'),
  ...faults(theMail, 'mail'),
  ...faults(login, 'server'),
  ...strangers.map(([cause, when, step, code, text]) => ({
    cause,
    when,
    concerns: 'server' as const,
    arrange: () => inClear({ login: good, allowAuthInClear: true, refuse: { [step]: { code, text } } }),
  })),
  {
    cause: 'client-blocked',
    when: 'Postfix, to one who has signed in',
    concerns: 'server',
    arrange: () =>
      behindTls({
        refuse: {
          'rcpt-to': { code: 554, text: '5.7.1 <client[192.0.2.1]>: Client host rejected: Access denied' },
        },
      }),
  },
]
