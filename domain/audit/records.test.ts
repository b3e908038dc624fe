// Whoever changes something for a person records it, in the same transaction. This finds who does not.
import { expect, test } from 'vitest'
import { exportedFunctions } from '../testing/exported-functions'

/** Those that write for a person and record nothing, by file and name, and why. */
const exceptions: Record<string, string> = {
  'accounts/factor-change.ts beginApp': 'an app that is not confirmed is asked for by nobody',
  'accounts/first-steps.ts hideFirstSteps': 'what one person wants to see on one page',
  'accounts/proof.ts noteProof': 'notes that a session has shown who it is',
  'accounts/proof.ts forgetOtherProofs': 'part of adding a factor, which is recorded',
  'accounts/session.ts noteTimeZone': 'read from the browser, for telling times',
  'accounts/session.ts renewSession': 'part of a changed password, which is recorded, or of a proof',
  'inbox/inbox.ts markRead': 'looking at a mail is no change of it',
  'webhooks/deliveries.ts tellTest': 'changes nothing, and stands in the log of the webhook',
}

const declarations = exportedFunctions().filter(({ body }) => /\b(viewer|actor): (Viewer|Actor)\b/.test(body))

const writes =
  /\.(create|createMany|update|updateMany|upsert|delete|deleteMany)\(\s*[{)]|\$executeRaw`(?!SELECT)/
const records = /\b(record|recordEach|recordCounted|recordCountedEach|told)\(/

test('every exported function that changes something for a person records it', () => {
  expect(declarations.length).toBeGreaterThan(50)
  const silent = declarations
    .filter(({ body }) => writes.test(body) && !records.test(body))
    .map(({ file, name }) => `${file} ${name}`)
  expect(silent.sort()).toEqual(Object.keys(exceptions).sort())
})
