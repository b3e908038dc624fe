// Whoever reads for a person decides by the viewer that is handed to it. This finds who does not take one.
import { expect, test } from 'vitest'
import { exportedFunctions } from './testing/exported-functions'

/** Those that read the database for no person, by file and name or by folder, and why. */
const exceptions: Record<string, string> = {
  'outbox/': 'the engine works for everybody; what people read of it is in mail-log',
  'links/': 'the token is the right; whose it is, accounts know',
  'settings/installation.ts secondFactorSince': 'what everybody obeys',
  'settings/logo.ts logoImage': 'every page shows it',
  'settings/tenant-password-rules.ts factorRuleOf': 'what everybody obeys',
  'api-keys/idempotency.ts beginRequest': 'a request of a key that was shown',
  'audit/audit-list.ts readEvents': 'the query was made for the viewer, see auditQuery',
  'audit/verification.ts verifyAudit': 'at the machine; it tells of seals, and of no event',
  'accounts/activation.ts readActivation': 'the token is the right',
  'accounts/email-change.ts readEmailChange': 'the token is the right',
  'accounts/password-reset.ts readPasswordReset': 'the token is the right',
  'accounts/password-reset.ts readNotMe': 'the token is the right',
  'accounts/sign-in-news.ts tellSlowed': 'told by mail to those whom it is about',
  'accounts/account-list.ts accountsFound': 'at the machine',
  'accounts/typed-code.ts linkOfCode': 'the code is the right',
  'accounts/password.ts refuseWeak': 'whoever chooses a password obeys what is asked of it',
  'accounts/setup.ts readSetup': 'the token is the right',
  'accounts/pending-sign-in.ts readPendingSignIn': 'the token is the right',
  'accounts/passkey.ts passkeyWithId': 'finds out whose passkey somebody shows',
  'accounts/passkey.ts takeChallenge': 'what is to be signed, for whoever has asked for it',
  'accounts/session.ts viewerOf': 'finds out who the viewer is',
  'accounts/session.ts lastEndOfSessions': 'a moment, for the rotation of keys',
  'accounts/password-reset.ts siftLinkRequests': 'the worker answers whoever asked, by mail',
  'accounts/email-keys.ts tidyEmailKeys': 'at the start, shown to nobody',
  'accounts/user-trigrams.ts quickenSearch': 'at the start, shown to nobody',
  'accounts/demo-accounts.ts publicAccounts': 'at the start, to shut what is public',
  'deliverability/signing.ts': 'the engine signs with it',
  'alarms/alarm-retention.ts deleteOldAlarms': 'once an hour, shown to nobody',
  'alarms/alarm-work.ts lookForAlarms': 'the worker evaluates for everybody',
  'alarms/digest.ts sendDigest': 'the same',
  'alarms/evaluation.ts evaluateSome': 'the same',
  'alarms/turn.ts takeTurn': 'the same',
  'alarms/alarm-images.ts imagesOf': 'what the mails of a tenant are written with',
  'alarms/places.ts placesOf': 'what the mails of a tenant are written with',
  'alarms/mailed-links.ts readMailedAlarms': 'the token is the right',
  'alarms/mailed-links.ts readStop': 'the token is the right',
  'tenancy/declared-tenants.ts declareTenants': 'at the start, shown to nobody',
  'mail-server/': 'the engine sends through it; what an administrator reads takes the viewer',
}

const reads = /\bdb\(\)\s*\.(?:\w+\s*\.(?:find|count|groupBy|aggregate)|\$queryRaw)|\bquery<|\breadToken\(/

test('every exported function that reads for a person takes the viewer', () => {
  const without = exportedFunctions()
    .filter(({ parameters, body }) => reads.test(body) && !/\bviewer: Viewer\b|: Viewer\b/.test(parameters))
    .map(({ file, name }) => `${file} ${name}`)
  expect(without.filter(one => !Object.keys(exceptions).some(known => one.startsWith(known)))).toEqual([])
  // An exception that is needed no more goes.
  expect(Object.keys(exceptions).filter(known => !without.some(one => one.startsWith(known)))).toEqual([])
})
