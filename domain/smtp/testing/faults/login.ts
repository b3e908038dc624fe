// What fails at the login: passwords, mechanisms, access tokens.
import {
  at,
  behindTls,
  type Fault,
  good,
  inClear,
  known,
  local,
  login,
  refusing,
  short,
  sink,
  withToken,
  wrong,
} from './arrange'

export const loginFaults: Fault[] = [
  {
    cause: 'auth-required',
    when: 'no login is set, the server says 530',
    arrange: async () => inClear({ login: good, loginRequired: true, allowAuthInClear: true }),
  },
  {
    cause: 'auth-required',
    when: 'Postfix says 554 5.7.1 to a missing login',
    arrange: async () =>
      inClear({
        login: good,
        allowAuthInClear: true,
        refuse: {
          'rcpt-to': { code: 554, text: '5.7.1 <client[192.0.2.1]>: Client host rejected: Access denied' },
        },
      }),
  },
  { cause: 'auth-rejected', when: 'wrong password, PLAIN', arrange: () => behindTls({}, wrong) },
  {
    cause: 'auth-rejected',
    when: 'wrong password, LOGIN',
    arrange: () => behindTls({ mechanisms: ['LOGIN'] }, wrong),
  },
  {
    cause: 'auth-rejected',
    when: 'Microsoft 365, wrong password',
    arrange: refusing(
      'auth',
      535,
      '5.7.139 Authentication unsuccessful, the user credentials were incorrect.',
    ),
  },
  {
    cause: 'auth-temporary',
    when: 'the server cannot check now',
    arrange: refusing('auth', 454, '4.7.0 Temporary authentication failure'),
  },
  {
    cause: 'auth-mechanism',
    when: 'a login is set and none is offered',
    arrange: () => behindTls({ login: undefined }),
  },
  {
    cause: 'auth-mechanism',
    when: 'a password, and only tokens are wanted',
    arrange: () => behindTls({ mechanisms: ['XOAUTH2'] }),
    detail: { mechanisms: 'XOAUTH2' },
  },
  {
    cause: 'auth-mechanism',
    when: 'a token, and only passwords are wanted',
    arrange: async () => {
      const { settings, secrets } = await withToken({})
      return {
        settings: {
          ...settings,
          port: (await sink({ tls: 'implicit', certificate: local, login: good })).port,
        },
        secrets,
      }
    },
  },
  {
    cause: 'auth-in-clear-refused',
    when: 'a password without encryption',
    arrange: async () => ({
      settings: at(await sink({ login: good, allowAuthInClear: true }), login),
      secrets: known,
    }),
  },
  {
    cause: 'app-password-required',
    when: 'Gmail',
    arrange: refusing(
      'auth',
      534,
      '5.7.9 Application-specific password required. For more information, go to https://support.google.com',
    ),
  },
  {
    cause: 'basic-auth-disabled',
    when: 'Microsoft 365',
    arrange: refusing(
      'auth',
      535,
      '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    ),
  },
  {
    cause: 'basic-auth-disabled',
    when: 'Microsoft 365, switched off for everybody',
    arrange: refusing('auth', 550, '5.7.30 Basic authentication is not supported for Client Submission.'),
  },
  {
    cause: 'basic-auth-disabled',
    when: 'the same, said only to the message',
    arrange: refusing('data', 550, '5.7.30 Basic authentication is not supported for Client Submission.'),
  },
  {
    cause: 'basic-auth-disabled',
    when: 'Microsoft 365, for the mailbox, with a token too',
    arrange: () =>
      withToken(
        {},
        {
          refuse: {
            auth: {
              code: 535,
              text: '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
            },
          },
        },
      ),
  },
  {
    cause: 'auth-rejected',
    when: 'SendGrid, another username than apikey',
    arrange: refusing(
      'auth',
      535,
      'Authentication failed: The provided authorization grant is invalid, expired, or revoked',
    ),
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the mail server does not accept the token',
    arrange: () => withToken({ acceptsToken: () => false }),
    detail: { reason: 'server' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'Gmail refuses token and account',
    arrange: () =>
      withToken({}, { refuse: { auth: { code: 535, text: '5.7.8 Username and Password not accepted.' } } }),
    detail: { reason: 'server' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the client secret is wrong',
    arrange: () => withToken({ clientSecret: 'another' }),
    detail: { reason: 'client', code: 'invalid_client' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the scope is not allowed',
    arrange: () => withToken({ scopes: [] }),
    detail: { reason: 'scope' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the token URL is a web page',
    arrange: () => withToken({ trouble: 'garbage' }),
    detail: { reason: 'endpoint' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the token endpoint keeps silent',
    arrange: () => withToken({ trouble: 'silent' }, { settings: short }),
    detail: { reason: 'endpoint', code: 'ETIMEDOUT' },
  },
  {
    cause: 'oauth-grant-expired',
    when: 'the consent was withdrawn',
    arrange: () => withToken({}, { revoked: true }),
    detail: { code: 'invalid_grant' },
  },
]
