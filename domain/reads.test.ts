// Whoever reads for a person decides by the viewer that is handed to it. This finds who does not take one.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const domain = import.meta.dirname

/** Those that read the database for no person, by file and name or by folder, and why. */
const exceptions: Record<string, string> = {
  'outbox/': 'the engine works for everybody; what people read of it is in mail-log',
  'links/': 'the token is the right; whose it is, accounts know',
  'settings/installation.ts readInstallation':
    'what everybody obeys; who may read it as settings, readSettings decides',
  'settings/installation.ts secondFactorSince': 'what everybody obeys',
  'settings/tenant-password-rules.ts factorRuleOf': 'what everybody obeys',
  'audit/audit-list.ts readEvents': 'the query was made for the viewer, see auditQuery',
  'audit/verification.ts verifyAudit': 'at the machine; it tells of seals, and of no event',
  'accounts/activation.ts readActivation': 'the token is the right',
  'accounts/email-change.ts readEmailChange': 'the token is the right',
  'accounts/password-reset.ts readPasswordReset': 'the token is the right',
  'accounts/password-reset.ts readNotMe': 'the token is the right',
  'accounts/sign-in-news.ts tellSlowed': 'told by mail to those whom it is about',
  'accounts/account-list.ts accountsFound': 'at the machine',
  'accounts/typed-code.ts linkOfCode': 'the code is the right',
  'accounts/setup.ts readSetup': 'the token is the right',
  'accounts/pending-sign-in.ts readPendingSignIn': 'the token is the right',
  'accounts/session.ts viewerOf': 'finds out who the viewer is',
  'accounts/session.ts ownerOf': 'the session is the right, and was opened just now',
  'accounts/session.ts lastEndOfSessions': 'a moment, for the rotation of keys',
  'accounts/password-reset.ts siftLinkRequests': 'the worker answers whoever asked, by mail',
  'accounts/email-keys.ts tidyEmailKeys': 'at the start, shown to nobody',
  'accounts/user-trigrams.ts quickenSearch': 'at the start, shown to nobody',
  'accounts/demo-accounts.ts publicAccounts': 'at the start, to shut what is public',
  'deliverability/signing.ts': 'the engine signs with it',
  'mail-server/': 'the engine sends through it; what an administrator reads takes the viewer',
}

/** From one exported function to the next declaration. */
function exportedFunctions(file: string): { name: string; parameters: string; body: string }[] {
  const source = readFileSync(path.join(domain, file), 'utf8')
  return source.split(/^(?=export |(?:async )?function |const |type |class |\/\*\*)/m).flatMap(part => {
    const [, name] = /^export (?:async function|function|const) (\w+)/.exec(part) ?? []
    const [, parameters = ''] = /\(([\s\S]*?)\)(?:: [^=]*?)? (?:=>|\{)/.exec(part) ?? []
    return name ? [{ name, parameters, body: part }] : []
  })
}

const files = readdirSync(domain, { recursive: true, encoding: 'utf8' }).filter(
  file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing/'),
)

const reads = /\bdb\(\)\s*\.(?:\w+\s*\.(?:find|count|groupBy|aggregate)|\$queryRaw)|\bquery<|\breadToken\(/

test('every exported function that reads for a person takes the viewer', () => {
  const without = files.flatMap(file =>
    exportedFunctions(file)
      .filter(({ parameters, body }) => reads.test(body) && !/\bviewer: Viewer\b|: Viewer\b/.test(parameters))
      .map(({ name }) => `${file} ${name}`),
  )
  expect(without.filter(one => !Object.keys(exceptions).some(known => one.startsWith(known)))).toEqual([])
  // An exception that is needed no more goes.
  expect(Object.keys(exceptions).filter(known => !without.some(one => one.startsWith(known)))).toEqual([])
})
