// Who may do what: every function that takes a viewer, for each of the three roles.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  addAlarmImage,
  deleteAlarmImage,
  listAlarmImages,
  readAlarmImage,
} from '@/domain/alarms/alarm-images'
import { acknowledgeAlarm, alarmsOfMail, listAlarms, readAlarm } from '@/domain/alarms/alarms'
import { takeForeignAlarms } from '@/domain/alarms/foreign'
import { storeAlarms, takeAlarms } from '@/domain/alarms/intake'
import { allowMails, listStopped } from '@/domain/alarms/mailed-links'
import { previewMapping, readMapped, readMapping, saveMapping } from '@/domain/alarms/mapping'
import { deleteRule, listRules, moveRule, readRule, saveRule, setRuleEnabled } from '@/domain/alarms/rules'
import { tenantOf } from '@/domain/alarms/tenant-of'
import { recentAlarms, sendTrial, tryRules } from '@/domain/alarms/trial'
import { createKey, listKeys, revokeKey } from '@/domain/api-keys/api-key'
import { exportAudit } from '@/domain/audit/audit-export'
import { eventsBefore, listAudit } from '@/domain/audit/audit-list'
import { readAuditRetention, setAuditRetention } from '@/domain/audit/audit-retention'
import { checkDeliverability, checkMailServers } from '@/domain/deliverability/deliverability'
import {
  activateDkim,
  createDkimKeys,
  deactivateDkim,
  deleteDkimKeys,
  readDkimKeys,
} from '@/domain/deliverability/dkim'
import { emptyInbox, listInbox, markRead, readInboxMail } from '@/domain/inbox/inbox'
import { lastMails } from '@/domain/mail-log/last-mail'
import {
  cancelMail,
  confirmArrival,
  mailsOfUser,
  previewMail,
  readAttempt,
  readMail,
  sendAgain,
  undecidedMails,
} from '@/domain/mail-log/mail'
import { listMails, mailsBefore, newestMails } from '@/domain/mail-log/mail-list'
import { readOverview } from '@/domain/mail-log/overview'
import { countKept, currentRetryRun, startRetryRun } from '@/domain/mail-log/retry-run'
import { listSenders, livingWorkers, tenantSenders } from '@/domain/mail-log/senders'
import { readTrouble } from '@/domain/mail-log/trouble'
import { holdOf, routeOfWaiting, waitOf } from '@/domain/mail-log/wait'
import { beginConnection, finishConnection } from '@/domain/mail-server/account-connection'
import { createCandidate, keepCandidate } from '@/domain/mail-server/candidate'
import { findSettings } from '@/domain/mail-server/find-settings'
import { mailServerHistory } from '@/domain/mail-server/history'
import { mayStandBy, saveMailServer } from '@/domain/mail-server/saving'
import { scopeOf } from '@/domain/mail-server/scope'
import { readOwnTrouble, readServerTrouble } from '@/domain/mail-server/server-trouble'
import {
  deleteMailServer,
  listMailServers,
  moveMailServer,
  setMailServerEnabled,
  setMailServerPaused,
  setServerLimits,
} from '@/domain/mail-server/servers'
import {
  changeTenantMailPolicy,
  mayChooseServers,
  readTenantMailPolicy,
  readTenantSender,
  setTenantSender,
  usualMailPolicy,
} from '@/domain/mail-server/tenant-policy'
import { settingsFor } from '@/domain/mail-server/testing/settings'
import { readMailServer } from '@/domain/mail-server/versions'
import {
  enableMailServer,
  goLive,
  restoreVersion,
  resumeMailServer,
  tryMailServerNow,
} from '@/domain/outbox/go-live'
import { queueMail } from '@/domain/outbox/outbound-mail'
import { outboxPause, pauseOutbox, resumeOutbox } from '@/domain/outbox/pause'
import { readRetention, setRetention } from '@/domain/outbox/retention'
import { cancelTest } from '@/domain/outbox/test-cancel'
import { readTest, reportOfTest, sendTestMail, testsOf, watchTest } from '@/domain/outbox/test-mail'
import { mails } from '@/domain/outbox/testing/rows'
import { readDisposableList, replaceDisposableList } from '@/domain/settings/disposable-domains'
import { changeSettings, installationDefaults, readSettings } from '@/domain/settings/installation'
import { changeLogo } from '@/domain/settings/logo'
import { changeTenantRules, readTenantRules } from '@/domain/settings/tenant-password-rules'
import { noSecrets } from '@/domain/smtp/settings'
import {
  createCustomer,
  customersAfter,
  deleteCustomer,
  listCustomers,
  readCustomer,
  renameCustomer,
} from '@/domain/tenancy/customers'
import {
  changeTenant,
  createTenant,
  deleteTenant,
  listTenants,
  namesOfPlace,
  placesFor,
  placesNamed,
  readPlace,
  readTenant,
  tenantsAfter,
} from '@/domain/tenancy/tenants'
import { exportedFunctions } from '@/domain/testing/exported-functions'
import type { Viewer } from '@/domain/viewer'
import { listDeliveries, readDelivery, replayDelivery, tellTest } from '@/domain/webhooks/deliveries'
import {
  addWebhook,
  changeWebhook,
  deleteWebhook,
  failingWebhooks,
  listWebhooks,
  pauseWebhook,
  readWebhook,
  resumeWebhook,
  rotateSecret,
} from '@/domain/webhooks/webhook'
import { inMinutes } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { dump, useTestDatabase } from '@/lib/testing/database'
import { images } from '@/lib/testing/images'
import { refusalOf } from '@/lib/testing/refusal'
import { activationLink, liveActivation, resendActivation } from './activation'
import { correctAddress } from './address-correction'
import { subjectPages } from './audit-subjects'
import {
  cancelEmailChange,
  confirmEmailChange,
  pendingEmailChange,
  pendingEmailChangeOf,
  requestEmailChange,
  requestEmailChangeOf,
} from './email-change'
import { factorsOfUser, ownFactors } from './factor'
import {
  beginApp,
  begunApp,
  cancelApp,
  confirmApp,
  newRecoveryCodes,
  removeFactor,
  removeFactorsOf,
} from './factor-change'
import { failedInvitations } from './failed-invitations'
import { hideFirstSteps, readFirstSteps } from './first-steps'
import { checkImport } from './import-check'
import { lookUp } from './look-up'
import { changeUsers } from './many-users'
import { addPasskey, newPasskeyOptions } from './passkey'
import { proofOptions, proveWithPasskey } from './passkey-proof'
import { passwordChangedAt, requestLinkFor, resetLink, sendResetLink } from './password-reset'
import { changePassword, updateProfile } from './profile'
import { prove } from './proof'
import { repeatedRequests } from './recent-mail'
import {
  endSession,
  listSessions,
  noteTimeZone,
  openSession,
  signOut,
  signOutEverywhere,
  viewerOf,
} from './session'
import { endSignInAs, signInAs } from './sign-in-as'
import { origin, password, person, signedIn, twoTenants } from './testing/people'
import { readUserAlone } from './user'
import { changeUser, type UserDetails } from './user-change'
import { exportUsers } from './user-export'
import { importResult, readImport, recentImports, startImport, undoImport } from './user-import'
import { listUsers, usersAfter } from './user-list'
import { currentUserRun, startUserRun } from './user-run'
import { addUser, deleteUser, disableUser, enableUser, readUser } from './users'

/** Nobody has changed anything in the world: the next deed can be done in it too. */
let untouched = false
useTestDatabase(() => untouched)
type World = Awaited<ReturnType<typeof twoTenants>> & {
  mailId: string
  otherMailId: string
  /** Of a file that Acme's administrator has checked */
  importId: string
  otherImportId: string
  /** An alarm of each tenant, a rule, an image, and somebody who wants no mails */
  alarms: Record<'acme' | 'other', { alarmId: string; ruleId: string; stoppedId: string; imageId: string }>
}
let world: World

beforeEach(async () => {
  if (untouched) return
  const people = await twoTenants()
  await changeSettings(people.root, { ...installationDefaults, signInAs: 'on' })
  const news = (user: { id: string; email: string; tenantId: string | null }) =>
    transaction(tx =>
      queueMail(tx, {
        kind: 'password-changed',
        parameters: { name: '', changedAt: new Date().toISOString() },
        recipient: user.email,
        locale: 'en',
        expiresAt: inMinutes(60),
        userId: user.id,
        tenantId: user.tenantId,
        requestedBy: people.root,
      }),
    )
  world = {
    ...people,
    mailId: await news(people.acme.user),
    otherMailId: await news(people.other.user),
    importId: await checkImport(people.acme.adminViewer, usersFile),
    otherImportId: await checkImport(people.other.adminViewer, usersFile),
    alarms: {
      acme: await alarmsOf(people.acme.adminViewer),
      other: await alarmsOf(people.other.adminViewer),
    },
  }
})

const oneAlarm = { originator: 'Boiler 7', type: 'Hot', severity: 'major' }
const anImage = { name: 'plant.png', bytes: images.png }
const alarmRule = { name: 'Hot', settings: { recipients: ['tenant-administrators'] } }

async function alarmsOf(admin: Viewer) {
  await saveMapping(admin, '$')
  const ruleId = await saveRule(admin, alarmRule)
  await takeAlarms(admin, [oneAlarm])
  const tenantId = admin.tenantId ?? ''
  const { id: alarmId } = await db().alarm.findFirstOrThrow({ where: { tenantId } })
  const stopped = { tenantId, address: 'a@b.test', addressKey: 'a@b.test', stoppedAt: new Date() }
  const { id: stoppedId } = await db().alarmRecipient.create({ data: stopped })
  const imageId = await addAlarmImage(admin, anImage)
  return { alarmId, ruleId, stoppedId, imageId }
}

const usersFile = {
  name: 'users.csv',
  bytes: Buffer.from('email,customer\nfrom.file@acme.test,Customer of Acme\n'),
}
const server = {
  name: 'S',
  settings: settingsFor({ host: '127.0.0.1', port: 1 }),
  secrets: noSecrets,
  baseVersionId: null,
}
const newUser = (tenantId: string, customerId: string) => ({
  email: 'new@example.org',
  firstName: '',
  lastName: '',
  role: 'customer_user' as const,
  tenantId,
  customerId,
  locale: 'en',
  sendActivation: true,
})

const tenantRules = {
  secondFactor: null,
  minimumLength: 12,
  signKinds: null,
  rememberedPasswords: null,
  passwordDays: null,
  renewWeaker: false,
}

/** What a form about a customer user holds. */
const details = (
  place: { id: string; customerId: string },
  more: Partial<UserDetails> = {},
): UserDetails => ({
  firstName: '',
  lastName: '',
  role: 'customer_user',
  tenantId: place.id,
  customerId: place.customerId,
  locale: 'en',
  ...more,
})

const nowhere = '00000000-0000-4000-8000-000000000000'

const aWebhook: Parameters<typeof addWebhook>[1] = {
  name: 'A webhook',
  url: 'https://example.org/hook',
  events: ['mail.failed'],
}

/** A key that any administrator may make. */
const aKey: Parameters<typeof createKey>[1] = {
  name: 'A key',
  scopes: ['users:read'],
  days: 30,
  networks: [],
  perMinute: 600,
}

const mailRow = (id: string) => db().outboundMail.findUniqueOrThrow({ where: { id } })

/** What is left out of a list, and not refused: only the system administrator is told something. */
function toldToNoTenant({ role }: Viewer, told: number): void {
  if (role === 'system_administrator' ? told === 0 : told > 0) throw new Error(`${role} was told ${told}`)
}

type Deed = (viewer: Viewer, world: World) => Promise<unknown>

/** What each is answered: system administrator, administrator of the tenant Acme, customer user of Acme. */
const deeds: [string, Deed, string, string, string][] = [
  // The own tenant
  ['list users', v => listUsers(v, {}), 'done', 'done', 'not-allowed'],
  [
    'read a user for a program',
    (v, { acme }) => readUserAlone(v, acme.user.id),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'read somebody else’s user for a program',
    (v, { other }) => readUserAlone(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  ['list users for a program', v => usersAfter(v, { most: 10 }), 'done', 'done', 'not-allowed'],
  [
    'ask for a link for a program',
    (v, { acme }) => requestLinkFor(v, acme.user.email),
    'done',
    'done',
    'not-allowed',
  ],
  ['list webhooks', v => listWebhooks(v), 'done', 'done', 'not-allowed'],
  ['see which webhooks fail', v => failingWebhooks(v), 'done', 'done', 'not-allowed'],
  ['add a webhook', v => addWebhook(v, aWebhook), 'done', 'done', 'not-allowed'],
  ['read a webhook', v => readWebhook(v, nowhere), 'webhook-not-found', 'webhook-not-found', 'not-allowed'],
  [
    'change a webhook',
    v => changeWebhook(v, nowhere, aWebhook),
    'webhook-not-found',
    'webhook-not-found',
    'not-allowed',
  ],
  [
    'change the secret of a webhook',
    v => rotateSecret(v, nowhere),
    'webhook-not-found',
    'webhook-not-found',
    'not-allowed',
  ],
  ['pause a webhook', v => pauseWebhook(v, nowhere), 'webhook-not-found', 'webhook-not-found', 'not-allowed'],
  [
    'resume a webhook',
    v => resumeWebhook(v, nowhere),
    'webhook-not-found',
    'webhook-not-found',
    'not-allowed',
  ],
  [
    'delete a webhook',
    v => deleteWebhook(v, nowhere),
    'webhook-not-found',
    'webhook-not-found',
    'not-allowed',
  ],
  [
    'see what a webhook was told',
    v => listDeliveries(v, nowhere, { most: 1 }),
    'webhook-not-found',
    'webhook-not-found',
    'not-allowed',
  ],
  [
    'read what a webhook was told',
    v => readDelivery(v, nowhere, nowhere),
    'webhook-not-found',
    'webhook-not-found',
    'not-allowed',
  ],
  [
    'tell a webhook again',
    v => replayDelivery(v, nowhere, nowhere),
    'webhook-not-found',
    'webhook-not-found',
    'not-allowed',
  ],
  ['test a webhook', v => tellTest(v, nowhere), 'webhook-not-found', 'webhook-not-found', 'not-allowed'],
  ['list keys', v => listKeys(v), 'done', 'done', 'not-allowed'],
  ['make a key', v => createKey(v, aKey), 'done', 'done', 'not-allowed'],
  ['revoke a key', v => revokeKey(v, nowhere), 'key-not-found', 'key-not-found', 'not-allowed'],
  ['read which domains are disposable', v => readDisposableList(v), 'done', 'not-allowed', 'not-allowed'],
  [
    'replace the list of disposable domains',
    v => replaceDisposableList(v, null),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  ['take the logo away', v => changeLogo(v, null), 'done', 'not-allowed', 'not-allowed'],
  ['look anything up', v => lookUp(v, 'acme'), 'done', 'done', 'not-allowed'],
  ['read the newest mails', v => newestMails(v, {}, 1), 'done', 'done', 'not-allowed'],
  ['look places up', v => placesNamed(v, 'acme', 1), 'done', 'done', 'not-allowed'],
  [
    'read the last mails of users',
    (v, { acme }) => lastMails(v, [acme.user.id]),
    'done',
    'done',
    'not-allowed',
  ],
  ['read a user', (v, { acme }) => readUser(v, acme.user.id), 'done', 'done', 'not-allowed'],
  [
    'add a customer user',
    (v, { acme }) => addUser(v, newUser(acme.id, acme.customerId)),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'disable a customer user',
    (v, { acme }) => disableUser(v, acme.pending.id),
    'done',
    'done',
    'not-allowed',
  ],
  ['enable a customer user', (v, { acme }) => enableUser(v, acme.pending.id), 'done', 'done', 'not-allowed'],
  ['delete a customer user', (v, { acme }) => deleteUser(v, acme.pending.id), 'done', 'done', 'not-allowed'],
  [
    'resend an activation',
    (v, { acme }) => resendActivation(v, acme.pending.id),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'correct the address of whoever has not activated their account',
    (v, { acme }) => correctAddress(v, acme.pending.id, `right.${v.role}@example.org`),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'show an activation link',
    (v, { acme }) => activationLink(v, acme.pending.id),
    'done',
    'done',
    'not-allowed',
  ],
  ['send a reset link', (v, { acme }) => sendResetLink(v, acme.user.id), 'done', 'done', 'not-allowed'],
  ['read the audit', v => listAudit(v), 'done', 'done', 'not-allowed'],
  ['read the audit for a program', v => eventsBefore(v, {}, { most: 10 }), 'done', 'done', 'not-allowed'],
  ['take the audit along', v => exportAudit(v, {}, 'csv'), 'done', 'done', 'not-allowed'],
  ['see where subjects of the audit are shown', v => subjectPages(v, []), 'done', 'done', 'not-allowed'],
  ['show a reset link', (v, { acme }) => resetLink(v, acme.user.id), 'done', 'done', 'not-allowed'],
  [
    'change a customer user',
    (v, { acme }) => changeUser(v, acme.pending.id, details(acme, { lastName: v.role })),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'ask for another address of a user',
    (v, { acme }) => requestEmailChangeOf(v, acme.user.id, `new.${v.role}@example.org`),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'see which address of a user waits to be confirmed',
    (v, { acme }) => pendingEmailChangeOf(v, acme.user.id),
    'done',
    'done',
    'not-allowed',
  ],
  ['put users into a file', v => exportUsers(v, {}), 'done', 'done', 'not-allowed'],
  [
    'disable many users',
    (v, { acme }) => changeUsers(v, [acme.user.id, acme.pending.id], 'disable'),
    'done',
    'done',
    'not-allowed',
  ],
  ['see how far a change of many users is', v => currentUserRun(v), 'done', 'done', 'not-allowed'],
  [
    'begin to change all users of a filter',
    v => startUserRun(v, { search: 'pending@acme' }, 'enable'),
    'done',
    'done',
    'not-allowed',
  ],
  [
    "begin to change all users of another tenant's customer",
    (v, { other }) => startUserRun(v, { customerId: other.customerId }, 'enable'),
    'done',
    'nobody-chosen',
    'not-allowed',
  ],
  ['check a file of users', v => checkImport(v, usersFile), 'done', 'done', 'not-allowed'],
  ['see which files of users were checked', v => recentImports(v), 'done', 'done', 'not-allowed'],
  [
    "read the tenant's import",
    (v, { importId }) => readImport(v, importId),
    'import-not-found',
    'done',
    'not-allowed',
  ],
  [
    "begin the tenant's import",
    (v, { importId }) => startImport(v, importId, { invited: true, perMinute: null }),
    'import-not-found',
    'done',
    'not-allowed',
  ],
  [
    "take the result of the tenant's import along",
    (v, { importId }) => importResult(v, importId),
    'import-not-found',
    'done',
    'not-allowed',
  ],
  [
    "undo the tenant's import",
    (v, { importId }) => undoImport(v, importId),
    'import-not-found',
    'import-not-undoable',
    'not-allowed',
  ],
  ['read a customer', (v, { acme }) => readCustomer(v, acme.customerId), 'done', 'done', 'not-allowed'],
  [
    'read what a place is called',
    (v, { acme }) => namesOfPlace(v, { tenantId: acme.id }),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'rename a customer',
    (v, { acme }) => renameCustomer(v, acme.customerId, `Customer ${v.role}`),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'delete a customer with users',
    (v, { acme }) => deleteCustomer(v, acme.customerId),
    'customer-in-use',
    'customer-in-use',
    'not-allowed',
  ],
  // Only of a tenant's own administrators
  ['list the customers', v => listCustomers(v), 'not-allowed', 'done', 'not-allowed'],
  ['list mails', v => listMails(v, {}), 'done', 'done', 'not-allowed'],
  ['list mails for a program', v => mailsBefore(v, {}, { most: 10 }), 'done', 'done', 'not-allowed'],
  ['read a mail', (v, { mailId }) => readMail(v, mailId), 'done', 'done', 'not-allowed'],
  ['send a mail again', (v, { mailId }) => sendAgain(v, mailId), 'done', 'done', 'not-allowed'],
  ['see what holds up mails', v => holdOf(v), 'done', 'done', 'not-allowed'],
  ['see the outbox in numbers', v => readOverview(v), 'done', 'done', 'not-allowed'],
  ['see how far a retry run is', v => currentRetryRun(v), 'done', 'done', 'not-allowed'],
  [
    'send all failed mails again',
    v => startRetryRun(v, {}),
    'nothing-failed',
    'nothing-failed',
    'not-allowed',
  ],
  ["see what is wrong with the tenant's servers", v => readOwnTrouble(v), 'done', 'done', 'not-allowed'],
  ['see which sender one has chosen', v => readTenantSender(v), 'done', 'done', 'not-allowed'],
  [
    'see by whose servers a mail is to go',
    (v, { mailId }) => routeOfWaiting(v, { id: mailId }),
    'done',
    'done',
    'not-allowed',
  ],
  ['see whether mails wait for somebody', v => readServerTrouble(v), 'done', 'done', 'not-allowed'],
  ['see what keeps mail from its recipients', v => readTrouble(v), 'done', 'done', 'not-allowed'],
  ['see where users may be placed', v => placesFor(v), 'done', 'done', 'not-allowed'],
  ['create a customer', (v, { acme }) => createCustomer(v, acme.id, 'New'), 'done', 'done', 'not-allowed'],
  ['list the mails of a user', (v, { acme }) => mailsOfUser(v, acme.user.id), 'done', 'done', 'not-allowed'],
  [
    'read who asked for mails in vain',
    (v, { acme }) => repeatedRequests(v, acme.user.id, []),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'read until when an activation link works',
    (v, { acme }) => liveActivation(v, acme.pending.id),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'see the second factor of a user',
    (v, { acme }) => factorsOfUser(v, acme.user.id),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'remove the second factor of a user',
    (v, { acme }) => removeFactorsOf(v, acme.user.id),
    'no-factor',
    'no-factor',
    'not-allowed',
  ],
  [
    "see the second factor of another tenant's user",
    (v, { other }) => factorsOfUser(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "remove the second factor of another tenant's user",
    (v, { other }) => removeFactorsOf(v, other.user.id),
    'no-factor',
    'user-not-found',
    'not-allowed',
  ],
  [
    'remove the second factor of the system administrator',
    (v, { rootUser }) => removeFactorsOf(v, rootUser.id),
    'not-yourself',
    'user-not-found',
    'not-allowed',
  ],
  ['sign in as a user', (v, { acme }) => signInAs(v, acme.user.id), 'done', 'done', 'not-allowed'],
  [
    "sign in as another tenant's user",
    (v, { other }) => signInAs(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    'sign in as a tenant administrator',
    (v, { acme }) => signInAs(v, acme.admin.id),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'sign in as the system administrator',
    (v, { rootUser }) => signInAs(v, rootUser.id),
    'not-allowed',
    'user-not-found',
    'not-allowed',
  ],
  // Of everybody, for themselves
  ['list the own sessions', v => listSessions(v), 'done', 'done', 'done'],
  ['see the own second factor', v => ownFactors(v), 'done', 'done', 'done'],
  ['ask for what a passkey signs', v => proofOptions(v), 'no-factor', 'no-factor', 'no-factor'],
  [
    'prove who one is with a passkey that one has not',
    v => proveWithPasskey(v, '{}'),
    'no-factor',
    'no-factor',
    'no-factor',
  ],
  ['begin to set up an app', v => beginApp(v), 'done', 'done', 'done'],
  ['see the key of an app that was begun', v => begunApp(v), 'done', 'done', 'done'],
  ['begin to make a passkey', v => newPasskeyOptions(v), 'done', 'done', 'done'],
  [
    'add a passkey that nobody has asked for',
    v => addPasskey(v, '{}'),
    'passkey-refused',
    'passkey-refused',
    'passkey-refused',
  ],
  ['give up an app', v => cancelApp(v), 'done', 'done', 'done'],
  ['confirm an app', v => confirmApp(v, '000000x'), 'no-app-begun', 'no-app-begun', 'no-app-begun'],
  ['make recovery codes without a factor', v => newRecoveryCodes(v), 'no-factor', 'no-factor', 'no-factor'],
  [
    'remove a factor that is not the own',
    v => removeFactor(v, randomUUID()),
    'factor-not-found',
    'factor-not-found',
    'factor-not-found',
  ],
  // Alarms and rules
  ['take alarms of the own tenant', v => takeAlarms(v, [oneAlarm]), 'tenant-required', 'done', 'not-allowed'],
  [
    'take alarms for another tenant',
    (v, { other }) => takeAlarms(v, [oneAlarm], { tenantId: other.id }),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'take alarms in another format',
    (v, { acme }) => takeForeignAlarms(v, 'thingsboard', oneAlarm, { tenantId: acme.id }),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'take alarms in another format for another tenant',
    (v, { other }) => takeForeignAlarms(v, 'mapped', oneAlarm, { tenantId: other.id }),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'keep alarms of another tenant',
    (v, { other }) => storeAlarms(v, [oneAlarm], 'grafana', other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['say whose alarms are meant', async (v, { acme }) => tenantOf(v, acme.id), 'done', 'done', 'not-allowed'],
  [
    "say that another tenant's are meant",
    async (v, { other }) => tenantOf(v, other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['list the alarms', v => listAlarms(v), 'done', 'done', 'not-allowed'],
  [
    'list the alarms of another tenant',
    (v, { other }) => listAlarms(v, { tenantId: other.id }),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['read an alarm', (v, { alarms }) => readAlarm(v, alarms.acme.alarmId), 'done', 'done', 'not-allowed'],
  [
    "read another tenant's alarm",
    (v, { alarms: { other } }) => readAlarm(v, other.alarmId),
    'done',
    'alarm-not-found',
    'not-allowed',
  ],
  [
    'acknowledge an alarm',
    (v, { alarms }) => acknowledgeAlarm(v, alarms.acme.alarmId),
    'done',
    'done',
    'not-allowed',
  ],
  [
    "acknowledge another tenant's alarm",
    (v, { alarms: { other } }) => acknowledgeAlarm(v, other.alarmId),
    'done',
    'alarm-not-found',
    'not-allowed',
  ],
  [
    'see which alarms a mail tells of',
    (v, { otherMailId }) => alarmsOfMail(v, otherMailId),
    'done',
    'done',
    'not-allowed',
  ],
  ['see alarms to try rules on', (v, { acme }) => recentAlarms(v, acme.id), 'done', 'done', 'not-allowed'],
  [
    "see another tenant's alarms to try rules on",
    (v, { other }) => recentAlarms(v, other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'list the images of alarm mails',
    (v, { acme }) => listAlarmImages(v, acme.id),
    'done',
    'done',
    'not-allowed',
  ],
  [
    "list another tenant's images of alarm mails",
    (v, { other }) => listAlarmImages(v, other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'see an image of alarm mails',
    (v, { alarms }) => readAlarmImage(v, alarms.acme.imageId),
    'done',
    'done',
    'not-allowed',
  ],
  [
    "see another tenant's image of alarm mails",
    (v, { alarms: { other } }) => readAlarmImage(v, other.imageId),
    'done',
    'alarm-image-not-found',
    'not-allowed',
  ],
  [
    'add an image for alarm mails',
    (v, { acme }) => addAlarmImage(v, { ...anImage, name: 'other.png' }, acme.id),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'add an image for the alarm mails of another tenant',
    (v, { other }) => addAlarmImage(v, { ...anImage, name: 'other.png' }, other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'delete an image of alarm mails',
    (v, { alarms }) => deleteAlarmImage(v, alarms.acme.imageId),
    'done',
    'done',
    'not-allowed',
  ],
  [
    "delete another tenant's image of alarm mails",
    (v, { alarms: { other } }) => deleteAlarmImage(v, other.imageId),
    'done',
    'alarm-image-not-found',
    'not-allowed',
  ],
  [
    "see whether a tenant's rules choose their servers",
    (v, { acme }) => mayChooseServers(v, acme.id),
    'done',
    'done',
    'not-allowed',
  ],
  [
    "see whether another tenant's rules choose their servers",
    (v, { other }) => mayChooseServers(v, other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['list the rules', (v, { acme }) => listRules(v, acme.id), 'done', 'done', 'not-allowed'],
  [
    "list another tenant's rules",
    (v, { other }) => listRules(v, other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['read a rule', (v, { alarms }) => readRule(v, alarms.acme.ruleId), 'done', 'done', 'not-allowed'],
  [
    "read another tenant's rule",
    (v, { alarms: { other } }) => readRule(v, other.ruleId),
    'done',
    'alarm-rule-not-found',
    'not-allowed',
  ],
  [
    'save a rule',
    (v, { acme }) => saveRule(v, alarmRule, { tenantId: acme.id }),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'save a rule of another tenant',
    (v, { other }) => saveRule(v, alarmRule, { tenantId: other.id }),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    "change another tenant's rule",
    (v, { alarms: { other } }) => saveRule(v, alarmRule, { id: other.ruleId }),
    'done',
    'alarm-rule-not-found',
    'not-allowed',
  ],
  ['move a rule', (v, { alarms }) => moveRule(v, alarms.acme.ruleId, 0), 'done', 'done', 'not-allowed'],
  [
    "move another tenant's rule",
    (v, { alarms: { other } }) => moveRule(v, other.ruleId, 0),
    'done',
    'alarm-rule-not-found',
    'not-allowed',
  ],
  [
    'switch a rule off',
    (v, { alarms }) => setRuleEnabled(v, alarms.acme.ruleId, false),
    'done',
    'done',
    'not-allowed',
  ],
  [
    "switch another tenant's rule off",
    (v, { alarms: { other } }) => setRuleEnabled(v, other.ruleId, false),
    'done',
    'alarm-rule-not-found',
    'not-allowed',
  ],
  ['try a rule', (v, { alarms: { acme } }) => tryRules(v, acme, acme), 'done', 'done', 'not-allowed'],
  [
    "try another tenant's rule",
    (v, { alarms: { other } }) => tryRules(v, other, other),
    'done',
    'alarm-rule-not-found',
    'not-allowed',
  ],
  [
    'get the mail of a rule that is tried',
    (v, { alarms: { acme } }) => sendTrial(v, acme, acme),
    'done',
    'done',
    'not-allowed',
  ],
  [
    "get the mail of another tenant's rule",
    (v, { alarms: { other } }) => sendTrial(v, other, other),
    'done',
    'alarm-rule-not-found',
    'not-allowed',
  ],
  ['delete a rule', (v, { alarms }) => deleteRule(v, alarms.acme.ruleId), 'done', 'done', 'not-allowed'],
  [
    "delete another tenant's rule",
    (v, { alarms: { other } }) => deleteRule(v, other.ruleId),
    'done',
    'alarm-rule-not-found',
    'not-allowed',
  ],
  ['read the mapping', (v, { acme }) => readMapping(v, acme.id), 'done', 'done', 'not-allowed'],
  [
    "read another tenant's mapping",
    (v, { other }) => readMapping(v, other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['use the mapping', (v, { acme }) => readMapped(v, [], acme.id), 'done', 'done', 'not-allowed'],
  [
    "use another tenant's mapping",
    (v, { other }) => readMapped(v, [], other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['try a mapping', (v, { acme }) => previewMapping(v, '$', [], acme.id), 'done', 'done', 'not-allowed'],
  [
    'try a mapping of another tenant',
    (v, { other }) => previewMapping(v, '$', [], other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['save the mapping', (v, { acme }) => saveMapping(v, '[]', acme.id), 'done', 'done', 'not-allowed'],
  [
    "save another tenant's mapping",
    (v, { other }) => saveMapping(v, '[]', other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  ['see who wants no alarm mails', v => listStopped(v), 'done', 'done', 'not-allowed'],
  [
    'allow alarm mails to somebody',
    (v, { alarms }) => allowMails(v, alarms.acme.stoppedId),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'allow them to somebody of another tenant',
    (v, { alarms: { other } }) => allowMails(v, other.stoppedId),
    'done',
    'alarm-recipient-not-found',
    'not-allowed',
  ],
  // Of higher rank
  [
    'add a tenant administrator',
    (v, { acme }) => addUser(v, { ...newUser(acme.id, acme.customerId), role: 'tenant_administrator' }),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'add a system administrator',
    (v, { acme }) => addUser(v, { ...newUser(acme.id, acme.customerId), role: 'system_administrator' }),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'show the reset link of a tenant administrator',
    (v, { acme }) => resetLink(v, acme.admin.id),
    'done',
    'not-yourself',
    'not-allowed',
  ],
  [
    'show the reset link of the system administrator',
    (v, { rootUser }) => resetLink(v, rootUser.id),
    'not-yourself',
    'user-not-found',
    'not-allowed',
  ],
  [
    'make a customer user a tenant administrator',
    (v, { acme }) => changeUser(v, acme.pending.id, details(acme, { role: 'tenant_administrator' })),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'make a customer user a system administrator',
    (v, { acme }) => changeUser(v, acme.pending.id, details(acme, { role: 'system_administrator' })),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'ask for another address of a tenant administrator',
    (v, { acme }) => requestEmailChangeOf(v, acme.admin.id, 'new.admin@example.org'),
    'done',
    'not-yourself',
    'not-allowed',
  ],
  [
    'send a tenant administrator a reset link',
    (v, { acme }) => sendResetLink(v, acme.admin.id),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  // Another's tenant
  [
    "change another tenant's user",
    (v, { other }) => changeUser(v, other.user.id, details(other)),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "place a user in another tenant's customer",
    (v, { acme, other }) => changeUser(v, acme.pending.id, details(other)),
    'done',
    'customer-not-found',
    'not-allowed',
  ],
  [
    "show the reset link of another tenant's user",
    (v, { other }) => resetLink(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "ask for another address of another tenant's user",
    (v, { other }) => requestEmailChangeOf(v, other.user.id, 'new.other@example.org'),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "see which address of another tenant's user waits to be confirmed",
    (v, { other }) => pendingEmailChangeOf(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    'disable many users of another tenant',
    (v, { other }) => changeUsers(v, [other.user.id, other.pending.id], 'disable'),
    'done',
    'nobody-chosen',
    'not-allowed',
  ],
  [
    "read another tenant's customer",
    (v, { other }) => readCustomer(v, other.customerId),
    'done',
    'customer-not-found',
    'not-allowed',
  ],
  [
    "rename another tenant's customer",
    (v, { other }) => renameCustomer(v, other.customerId, 'Renamed'),
    'done',
    'customer-not-found',
    'not-allowed',
  ],
  [
    "delete another tenant's customer",
    (v, { other }) => deleteCustomer(v, other.customerId),
    'customer-in-use',
    'customer-not-found',
    'not-allowed',
  ],
  [
    "read who asked for mails in vain of another tenant's user",
    (v, { other }) => repeatedRequests(v, other.user.id, []),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "correct the address of another tenant's user",
    (v, { other }) => correctAddress(v, other.pending.id, `right.${v.role}@example.org`),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "read until when an activation link of another tenant's user works",
    (v, { other }) => liveActivation(v, other.pending.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "read another tenant's user",
    (v, { other }) => readUser(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "add to another tenant's customer",
    (v, { other }) => addUser(v, newUser(other.id, other.customerId)),
    'done',
    'customer-not-found',
    'not-allowed',
  ],
  [
    "disable another tenant's user",
    (v, { other }) => disableUser(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "enable another tenant's user",
    (v, { other }) => enableUser(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "delete another tenant's user",
    (v, { other }) => deleteUser(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "resend another tenant's activation",
    (v, { other }) => resendActivation(v, other.pending.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "show another tenant's activation link",
    (v, { other }) => activationLink(v, other.pending.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "send another tenant's user a reset link",
    (v, { other }) => sendResetLink(v, other.user.id),
    'done',
    'user-not-found',
    'not-allowed',
  ],
  [
    "read another tenant's mail",
    (v, { otherMailId }) => readMail(v, otherMailId),
    'done',
    'mail-not-found',
    'not-allowed',
  ],
  [
    "send another tenant's mail again",
    (v, { otherMailId }) => sendAgain(v, otherMailId),
    'done',
    'mail-not-found',
    'not-allowed',
  ],
  [
    'create a customer elsewhere',
    (v, { other }) => createCustomer(v, other.id, 'New'),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  // The installation
  ['see for how long the audit is kept', v => readAuditRetention(v), 'done', 'not-allowed', 'not-allowed'],
  ['say for how long the audit is kept', v => setAuditRetention(v, 30), 'done', 'not-allowed', 'not-allowed'],
  ['read the settings', v => readSettings(v), 'done', 'not-allowed', 'not-allowed'],
  [
    'change the settings',
    v => changeSettings(v, { ...installationDefaults, name: 'Other' }),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'see what the own tenant asks of passwords',
    (v, { acme }) => readTenantRules(v, acme.id),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'say what the own tenant asks of passwords',
    (v, { acme }) => changeTenantRules(v, acme.id, tenantRules),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'see what another tenant asks of passwords',
    (v, { other }) => readTenantRules(v, other.id),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'say what another tenant asks of passwords',
    (v, { other }) => changeTenantRules(v, other.id, tenantRules),
    'done',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'say what a tenant by an id that is none asks of passwords',
    (v, _world) => changeTenantRules(v, 'nonsense', tenantRules),
    'tenant-not-found',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'add a user with an initial password',
    (v, { acme }) =>
      addUser(v, { ...newUser(acme.id, acme.customerId), initialPassword: 'three quiet words' }),
    'done',
    'done',
    'not-allowed',
  ],
  ['see for how long mails are kept', v => readRetention(v), 'done', 'not-allowed', 'not-allowed'],
  ['say for how long mails are kept', v => setRetention(v, 30), 'done', 'not-allowed', 'not-allowed'],
  ['see which servers send', v => listSenders(v), 'done', 'not-allowed', 'not-allowed'],
  ['see how many servers tenants have', v => tenantSenders(v), 'done', 'not-allowed', 'not-allowed'],
  // Where the tenant may have servers: domain/mail-server/tenant-servers.integration.test.ts
  ['see whose servers one works with', v => scopeOf(v), 'done', 'not-allowed', 'not-allowed'],
  ['see whether a server may stand by', v => mayStandBy(v, null, null), 'done', 'not-allowed', 'not-allowed'],
  [
    'see by which servers the mails of a tenant go',
    (v, { acme }) => readTenantMailPolicy(v, acme.id),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'say by which servers the mails of a tenant go',
    (v, { acme }) => changeTenantMailPolicy(v, acme.id, { ...usualMailPolicy, maxPerDay: 100 }),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'choose a sender where none may be',
    v => setTenantSender(v, ''),
    'not-allowed',
    'not-allowed',
    'not-allowed',
  ],
  ['see which workers live', v => livingWorkers(v), 'done', 'not-allowed', 'not-allowed'],
  ['list tenants', v => listTenants(v), 'done', 'not-allowed', 'not-allowed'],
  ['list tenants for a program', v => tenantsAfter(v, undefined, 10), 'done', 'not-allowed', 'not-allowed'],
  ['list customers for a program', v => customersAfter(v, { most: 10 }), 'done', 'done', 'not-allowed'],
  ['read a tenant', (v, { acme }) => readTenant(v, acme.id), 'done', 'not-allowed', 'not-allowed'],
  ['create a tenant', v => createTenant(v, 'New'), 'done', 'not-allowed', 'not-allowed'],
  [
    'rename a tenant',
    (v, { acme }) => changeTenant(v, acme.id, { name: 'Renamed', locale: null }),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'delete a tenant with users',
    (v, { acme }) => deleteTenant(v, acme.id),
    'tenant-in-use',
    'not-allowed',
    'not-allowed',
  ],
  ['read the mail server', v => readMailServer(v), 'done', 'not-allowed', 'not-allowed'],
  [
    'keep a candidate',
    v => transaction(tx => createCandidate(tx, v, server)),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'save the mail server',
    v => transaction(tx => saveMailServer(tx, v, server, { untested: true })),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  ['list mail servers', v => listMailServers(v), 'done', 'not-allowed', 'not-allowed'],
  [
    'move a mail server',
    v => transaction(tx => moveMailServer(tx, v, randomUUID(), 'up')),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  [
    'disable a mail server',
    v => transaction(tx => setMailServerEnabled(tx, v, randomUUID(), false)),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  [
    'enable a mail server',
    v => enableMailServer(v, randomUUID()),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  [
    'pause a mail server',
    v => transaction(tx => setMailServerPaused(tx, v, randomUUID(), true)),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  [
    'resume a mail server',
    v => resumeMailServer(v, randomUUID()),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  [
    'try a mail server now',
    v => tryMailServerNow(v, randomUUID()),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  [
    'set the limits of a mail server',
    v =>
      setServerLimits(v, randomUUID(), {
        maxConnections: 1,
        maxPerSecond: null,
        maxPerMinute: null,
        maxPerDay: null,
      }),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  [
    'delete a mail server',
    v => transaction(tx => deleteMailServer(tx, v, randomUUID())),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  [
    'read the history of a mail server',
    v => mailServerHistory(v, randomUUID()),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  [
    'restore a version',
    v => restoreVersion(v, randomUUID()),
    'mail-server-gone',
    'not-allowed',
    'not-allowed',
  ],
  ['keep what was typed', v => keepCandidate(v, server), 'done', 'not-allowed', 'not-allowed'],
  [
    'begin to connect an account',
    v => beginConnection(v, server),
    'oauth-authorization-url-missing',
    'not-allowed',
    'not-allowed',
  ],
  [
    'finish connecting an account',
    v => finishConnection(v, { code: '', state: '' }),
    'oauth-journey-unknown',
    'not-allowed',
    'not-allowed',
  ],
  ['watch a test', v => readTest(v, randomUUID()), 'done', 'not-allowed', 'not-allowed'],
  ['list the tests of a version', v => testsOf(v, [randomUUID()]), 'done', 'not-allowed', 'not-allowed'],
  ['pause all sending', v => pauseOutbox(v), 'done', 'not-allowed', 'not-allowed'],
  ['resume all sending', v => resumeOutbox(v), 'done', 'not-allowed', 'not-allowed'],
  ['send a test mail', v => sendTestMail(v, server, 'to@example.org'), 'done', 'not-allowed', 'not-allowed'],
  [
    'find the settings of a mail server',
    v => findSettings(v, 'no address'),
    'find-email-invalid',
    'not-allowed',
    'not-allowed',
  ],
  ['check whether mails arrive', v => checkMailServers(v), 'done', 'not-allowed', 'not-allowed'],
  [
    'check whether mails arrive from a domain',
    v => checkDeliverability(v, server.settings),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  ['create signing keys', v => createDkimKeys(v, 'example.org'), 'done', 'not-allowed', 'not-allowed'],
  ['read signing keys', v => readDkimKeys(v, 'example.org'), 'done', 'not-allowed', 'not-allowed'],
  [
    'begin to sign without keys',
    v => activateDkim(v, 'example.org'),
    'dkim-no-keys',
    'not-allowed',
    'not-allowed',
  ],
  [
    'stop signing without keys',
    v => deactivateDkim(v, 'example.org'),
    'dkim-no-keys',
    'not-allowed',
    'not-allowed',
  ],
  [
    'delete signing keys that are not there',
    v => deleteDkimKeys(v, 'example.org'),
    'dkim-no-keys',
    'not-allowed',
    'not-allowed',
  ],
  ['look into the inbox', v => listInbox(v, {}), 'done', 'not-allowed', 'not-allowed'],
  [
    'read a mail of the inbox',
    v => readInboxMail(v, randomUUID()),
    'mail-not-found',
    'not-allowed',
    'not-allowed',
  ],
  ['empty the inbox', v => emptyInbox(v), 'done', 'not-allowed', 'not-allowed'],
  // What is not there
  [
    'read a user who is not there',
    v => readUser(v, randomUUID()),
    'user-not-found',
    'user-not-found',
    'not-allowed',
  ],
  [
    'read a user by an id that is none',
    v => readUser(v, 'nonsense'),
    'user-not-found',
    'user-not-found',
    'not-allowed',
  ],
  [
    'delete a user by an id that is none',
    v => deleteUser(v, 'nonsense'),
    'user-not-found',
    'user-not-found',
    'not-allowed',
  ],
  [
    'read a mail by an id that is none',
    v => readMail(v, 'nonsense'),
    'mail-not-found',
    'mail-not-found',
    'not-allowed',
  ],
  [
    'cancel a mail by an id that is none',
    v => cancelMail(v, 'nonsense'),
    'mail-not-found',
    'mail-not-found',
    'not-allowed',
  ],
  [
    'send a mail again by an id that is none',
    v => sendAgain(v, 'nonsense'),
    'mail-not-found',
    'mail-not-found',
    'not-allowed',
  ],
  [
    'read a tenant by an id that is none',
    v => readTenant(v, 'nonsense'),
    'tenant-not-found',
    'not-allowed',
    'not-allowed',
  ],
  [
    'read a mail of the inbox by an id that is none',
    v => readInboxMail(v, 'nonsense'),
    'mail-not-found',
    'not-allowed',
    'not-allowed',
  ],
  [
    'create a customer of nothing',
    v => createCustomer(v, 'nonsense', 'New'),
    'tenant-not-found',
    'tenant-not-found',
    'not-allowed',
  ],
  [
    'add a user to nothing',
    v => addUser(v, newUser('nonsense', 'nonsense')),
    'tenant-not-found',
    'customer-not-found',
    'not-allowed',
  ],
  // What stands around everything
  ['see which mails a user waits for in vain', v => failedInvitations(v), 'done', 'done', 'not-allowed'],
  [
    'see which of some users do',
    (v, { acme }) => failedInvitations(v, [acme.pending.id]),
    'done',
    'done',
    'not-allowed',
  ],
  ['count the mails that the built-in inbox has', v => countKept(v), 'done', 'done', 'not-allowed'],
  [
    'see what a mail waits for',
    async (v, { mailId }) => waitOf(v, await mailRow(mailId)),
    'done',
    'done',
    'not-allowed',
  ],
  ['see how a mail would look', (v, { mailId }) => previewMail(v, mailId), 'done', 'done', 'not-allowed'],
  [
    'see how a mail of others would look',
    (v, { otherMailId }) => previewMail(v, otherMailId),
    'done',
    'mail-not-found',
    'not-allowed',
  ],
  ['read an attempt', (v, { mailId }) => readAttempt(v, mailId, 1), 'done', 'done', 'not-allowed'],
  [
    'read an attempt of others',
    (v, { otherMailId }) => readAttempt(v, otherMailId, 1),
    'done',
    'mail-not-found',
    'not-allowed',
  ],
  ['see whether the outbox is paused', v => outboxPause(v), 'done', 'done', 'not-allowed'],
  [
    'use a mail server for all mail',
    v => goLive(v, server, { untested: true }),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  ['cancel a test', v => cancelTest(v, randomUUID()), 'done', 'not-allowed', 'not-allowed'],
  ['follow a test', v => watchTest(v, randomUUID()).next(), 'done', 'not-allowed', 'not-allowed'],
  ['see of which mails nobody knows', v => undecidedMails(v), 'done', 'done', 'not-allowed'],
  [
    'say that a mail arrived that waits for nobody',
    (v, { mailId }) => confirmArrival(v, mailId),
    'mail-not-uncertain',
    'mail-not-uncertain',
    'not-allowed',
  ],
  [
    'say that a mail of others arrived',
    (v, { otherMailId }) => confirmArrival(v, otherMailId),
    'mail-not-uncertain',
    'mail-not-found',
    'not-allowed',
  ],
  [
    'read the last mails of users of others',
    async (v, { other }) => toldToNoTenant(v, (await lastMails(v, [other.user.id])).size),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'read the mails of a user of others',
    async (v, { other }) => toldToNoTenant(v, (await mailsOfUser(v, other.user.id)).length),
    'done',
    'done',
    'not-allowed',
  ],
  [
    'read an import of others',
    (v, { otherImportId }) => readImport(v, otherImportId),
    'import-not-found',
    'import-not-found',
    'not-allowed',
  ],
  [
    'start an import of others',
    (v, { otherImportId }) => startImport(v, otherImportId, { invited: true, perMinute: null }),
    'import-not-found',
    'import-not-found',
    'not-allowed',
  ],
  [
    'take along what became of an import of others',
    (v, { otherImportId }) => importResult(v, otherImportId),
    'import-not-found',
    'import-not-found',
    'not-allowed',
  ],
  [
    'wait for the report of a test',
    v => reportOfTest(v, randomUUID(), 10),
    'done',
    'not-allowed',
    'not-allowed',
  ],
  ['read the first steps', v => readFirstSteps(v), 'done', 'not-allowed', 'not-allowed'],
  ['hide the first steps', v => hideFirstSteps(v), 'done', 'not-allowed', 'not-allowed'],
  ['note that a kept mail was read', v => markRead(v, randomUUID()), 'done', 'not-allowed', 'not-allowed'],
  ['end being somebody else', v => endSignInAs(v), 'done', 'done', 'done'],
  // The own account
  [
    'ask for another address',
    v => requestEmailChange(v, `mine.${v.role}@example.org`, password),
    'done',
    'done',
    'done',
  ],
  ['see which own address waits', v => pendingEmailChange(v), 'done', 'done', 'done'],
  ['keep the own address', v => cancelEmailChange(v), 'done', 'done', 'done'],
  [
    'confirm an address without a link',
    v => confirmEmailChange(v, 'nonsense'),
    'link-unknown',
    'link-unknown',
    'link-unknown',
  ],
  ['see when the own password was chosen', v => passwordChangedAt(v), 'done', 'done', 'done'],
  [
    'change the own name',
    v => updateProfile(v, { firstName: 'A', lastName: 'B', locale: 'de' }),
    'done',
    'done',
    'done',
  ],
  [
    'change the own password',
    v => changePassword(v, password, 'nobody guesses these signs'),
    'done',
    'done',
    'done',
  ],
  ['show the own password', v => prove(v, password, ''), 'done', 'done', 'done'],
  ['note where one is', v => noteTimeZone(v, 'Asia/Kolkata'), 'done', 'done', 'done'],
  ['read the names of the own place', v => readPlace(v), 'done', 'done', 'done'],
  ['end the own session', v => signOut(v), 'done', 'done', 'done'],
  ['end all own sessions', v => signOutEverywhere(v), 'done', 'done', 'done'],
  ['end a session of the own', v => endSession(v, v.sessionId), 'done', 'done', 'done'],
  [
    'end a session of somebody else',
    (v, { other }) => endSession(v, other.userViewer.sessionId),
    'done',
    'done',
    'done',
  ],
]

describe.each(deeds)('to %s', (_deed, run, asRoot, asTenant, asUser) => {
  it(`is answered ${asRoot}, ${asTenant}, ${asUser}; a refusal changes nothing`, async () => {
    untouched = false
    const atFirst = await dump()
    let before = atFirst
    // The least first, so that what one was allowed is not in the way of the next.
    for (const [viewer, answer] of [
      [world.acme.userViewer, asUser],
      [world.acme.adminViewer, asTenant],
      [world.root, asRoot],
    ] as const) {
      const given = await refusalOf(run(viewer, world))
      const after = await dump()
      if (given !== 'done') expect(after).toBe(before)
      before = after
      // The tenant administrator has done it already.
      const again = answer === 'done' && viewer === world.root && asTenant === 'done'
      const mayBeDone = [
        'alarm-rule-not-found',
        'alarm-recipient-not-found',
        'alarm-image-not-found',
        'email-taken',
        'user-not-found',
        'account-disabled',
        'customer-name-taken',
      ]
      if (again && mayBeDone.includes(given)) continue
      expect(given, viewer.role).toBe(answer)
    }
    untouched = before === atFirst
  })
})

describe('a tenant administrator', () => {
  beforeEach(() => {
    untouched = false
  })

  it('sees the users, mails and places of their own tenant only', async () => {
    const { users, found } = await listUsers(world.acme.adminViewer, {})
    expect(users.map(({ email }) => email)).toEqual([
      'admin@acme.test',
      'pending@acme.test',
      'user@acme.test',
    ])
    expect(found).toEqual({ number: 3, more: false })
    expect((await listUsers(world.acme.adminViewer, { search: 'other' })).found.number).toBe(0)
    expect((await listMails(world.acme.adminViewer, {})).mails.map(({ id }) => id)).toEqual([world.mailId])
    expect((await placesFor(world.acme.adminViewer)).map(({ id }) => id)).toEqual([world.acme.id])
  })

  it('finds by a few letters what is of their own tenant only', async () => {
    const { users, customers, tenants, mails } = await lookUp(world.acme.adminViewer, 'acme')
    expect(users.map(({ email }) => email)).toEqual([
      'admin@acme.test',
      'pending@acme.test',
      'user@acme.test',
    ])
    expect(customers.map(({ id }) => id)).toEqual([world.acme.customerId])
    expect(tenants).toEqual([])
    expect(mails.every(({ id }) => id === world.mailId)).toBe(true)
    const others = { users: [], customers: [], tenants: [], mails: [] }
    expect(await lookUp(world.acme.adminViewer, 'other')).toEqual(others)
    expect(await lookUp(world.acme.adminViewer, ' ')).toEqual(others)
    expect((await lookUp(world.root, 'acme')).tenants.map(({ id }) => id)).toEqual([world.acme.id])
  })

  it('adds to their own tenant, whatever tenant the form names', async () => {
    const user = await addUser(world.acme.adminViewer, newUser(world.other.id, world.acme.customerId))
    expect(user.tenantId).toBe(world.acme.id)
  })
})

describe('what an installation sends with', () => {
  it('is told to the system administrator, and of it to a tenant what the server answered', async () => {
    const { mailId, acme, root } = world
    await db().deliveryAttempt.create({
      data: {
        mailId,
        number: 1,
        mailServerVersionId: randomUUID(),
        serverName: 'Relay of the installation',
        phase: 'rcpt-to',
        outcome: 'failed',
        replyCode: 550,
        replyText: 'no such user',
        detail: { proxyHost: 'proxy.internal' },
        stages: [{ stage: 'tls', certificate: 'secret.internal' }],
        transcript: [{ text: 'EHLO inside.internal' }],
        workerId: randomUUID(),
      },
    })
    const told = JSON.stringify(await readMail(acme.adminViewer, mailId))
    expect(told).toContain('no such user')
    expect(told).not.toMatch(/Relay|internal/)
    expect(JSON.stringify(await readMail(root, mailId))).toMatch(/Relay.*internal/)
  })
})

describe('a mail that waits', () => {
  it('is withdrawn by a tenant administrator for themself and whom they keep, not from another one', async () => {
    const { acme, root, mailId } = world
    const second = await person({
      email: 'second@acme.test',
      role: 'tenant_administrator',
      tenantId: acme.id,
    })
    await sendResetLink(root, second.id)
    await sendResetLink(root, acme.admin.id)
    const resetOf = async (email: string) =>
      (await db().outboundMail.findFirstOrThrow({ where: { kind: 'password-reset', recipient: email } })).id
    const peers = await resetOf(second.email)
    expect(await refusalOf(cancelMail(acme.adminViewer, peers))).toBe('not-allowed')
    expect((await readMail(acme.adminViewer, peers)).may.cancel).toBe(false)
    expect(await refusalOf(cancelMail(acme.adminViewer, await resetOf(acme.admin.email)))).toBe('done')
    expect(await refusalOf(cancelMail(acme.adminViewer, mailId))).toBe('done')
    expect(await refusalOf(cancelMail(root, peers))).toBe('done')
  })
})

describe('a mail of which nobody knows whether it arrived', () => {
  it('is decided on by a tenant administrator for themself and whom they keep, not for another one', async () => {
    const { acme, root } = world
    const second = await person({
      email: 'second@acme.test',
      role: 'tenant_administrator',
      tenantId: acme.id,
    })
    const recipients = [second, acme.admin, acme.user]
    const [peers = '', ...mine] = await mails(3, index => ({
      state: 'uncertain',
      tenantId: acme.id,
      userId: recipients[index]?.id,
      expiresAt: inMinutes(60),
      dueAt: inMinutes(60),
    }))
    expect(await refusalOf(confirmArrival(acme.adminViewer, peers))).toBe('not-allowed')
    expect((await readMail(acme.adminViewer, peers)).may.confirm).toBe(false)
    expect((await undecidedMails(acme.adminViewer)).map(({ id }) => id)).toEqual(mine.toReversed())
    for (const id of mine) expect(await refusalOf(confirmArrival(acme.adminViewer, id))).toBe('done')
    expect((await undecidedMails(root)).map(({ id }) => id)).toEqual([peers])
    expect(await refusalOf(confirmArrival(root, peers))).toBe('done')
  })
})

describe('an address that somebody has', () => {
  it('is found out by a tenant administrator so many times an hour, and each time is recorded', async () => {
    const { acme, root } = world
    const probe = () =>
      refusalOf(addUser(acme.adminViewer, { ...newUser(acme.id, acme.customerId), email: 'user@other.test' }))
    const answers: string[] = []
    for (let n = 0; n < 22; n++) answers.push(await probe())
    expect(answers).toEqual([...Array(20).fill('email-taken'), 'too-many-attempts', 'too-many-attempts'])
    const events = await db().auditEvent.findMany({ where: { action: 'user.address-taken' } })
    expect(events).toHaveLength(20)
    expect(events[0]).toMatchObject({
      actor: acme.admin.email,
      subject: 'user@other.test',
      tenantId: acme.id,
    })
    expect(await refusalOf(addUser(root, newUser(acme.id, acme.customerId)))).toBe('done')
  })
})

describe('an account', () => {
  it('is never locked out or deleted by its owner', async () => {
    for (const deed of [disableUser, enableUser, deleteUser])
      expect(await refusalOf(deed(world.root, world.root.id))).toBe('not-yourself')
  })

  it('of the last administrator of a tenant stays', async () => {
    const { root, acme } = world
    expect(await refusalOf(disableUser(root, acme.admin.id))).toBe('last-tenant-administrator')
    expect(await refusalOf(deleteUser(root, acme.admin.id))).toBe('last-tenant-administrator')
    await person({ email: 'second@acme.test', role: 'tenant_administrator', tenantId: acme.id })
    expect(await refusalOf(disableUser(root, acme.admin.id))).toBe('done')
  })

  it('of one of two administrators stays, when both are to go at the same instant', async () => {
    const { root } = world
    const rootTwo = await signedIn(
      await person({ email: 'root2@latchkey.test', role: 'system_administrator' }),
    )
    const answers = await Promise.all([
      refusalOf(disableUser(root, rootTwo.id)),
      refusalOf(disableUser(rootTwo, root.id)),
    ])
    expect(answers.sort()).toEqual(['done', 'not-allowed'])
    const tenantId = world.acme.id
    const second = await person({ email: 'second@acme.test', role: 'tenant_administrator', tenantId })
    const left = await db().user.findFirstOrThrow({
      where: { role: 'system_administrator', state: 'active' },
    })
    const viewer = await signedIn(left)
    const both = await Promise.all(
      [world.acme.admin, second].map(({ id }) => refusalOf(disableUser(viewer, id))),
    )
    expect(both.sort()).toEqual(['done', 'last-tenant-administrator'])
  })

  it('has its address alone, in any letter case, also when two add it at once', async () => {
    const { root, acme } = world
    const answers = await Promise.all(
      ['new@example.org', 'NEW@example.org'].map(email =>
        refusalOf(addUser(root, { ...newUser(acme.id, acme.customerId), email })),
      ),
    )
    expect(answers.sort()).toEqual(['done', 'email-taken'])
    expect(
      await db().outboundMail.count({ where: { recipient: { contains: 'new@', mode: 'insensitive' } } }),
    ).toBe(1)
  })
})

/** Functions that take a viewer and are asked by no row, by file and name or by folder, and why. */
const withoutRow: Record<string, string> = {
  'viewer.ts': 'the rules themselves',
  'accounts/attempts.ts admitInSession': 'counts attempts of the own session',
  'accounts/factor-policy.ts': 'tell what is asked of the viewer themself',
  'accounts/many-users.ts deeds': 'a list of functions that have rows',
  'accounts/profile.ts requireCurrentPassword': 'asks for the own password',
  'accounts/proof.ts hasProved': 'tells of the own session',
  'accounts/sign-in-as.ts canSignInAs': 'tells what signInAs would answer',
  'accounts/user-filter.ts': 'says whom a list is about; whoever reads by it has a row',
  'accounts/users.ts grantableRoles': 'tells what the viewer may give',
  'accounts/users.ts noteTakenAddress': 'counts what the viewer has found out',
  'audit/audit-filter.ts auditQuery': 'says which events a list is about',
  'mail-server/scope.ts hasServers': 'tells what scopeOf would answer',
  'mail-server/tenant-policy.ts hasMailSettings': 'tells what is there for the viewer to set',
  'mail-log/mail-filter.ts queryOf': 'says which mails a list is about',
  'mail-log/mail.ts findMail': 'finds a mail for functions that have rows',
}

describe('the table', () => {
  /** The rows that call a function. */
  const rowsOf = (name: string) => deeds.filter(([, run]) => new RegExp(`\\b${name}\\b`).test(String(run)))
  const forViewers = exportedFunctions().filter(({ parameters }) => /\bViewer\b/.test(parameters))
  // Whoever has a transaction is inside of a function that has a row.
  const asked = forViewers.filter(({ parameters }) => !/^\s*tx: Tx\b/.test(parameters))

  it('asks every function of the domain that somebody can reach', () => {
    const missing = asked
      .filter(({ name }) => rowsOf(name).length === 0)
      .map(({ file, name }) => `${file} ${name}`)
    const excepted = Object.keys(withoutRow)
    expect(missing.filter(one => !excepted.some(known => one.startsWith(known)))).toEqual([])
    // An exception that is needed no more goes.
    expect(excepted.filter(known => !missing.some(one => one.startsWith(known)))).toEqual([])
  })

  it("asks whoever names something for somebody else's of it, too", () => {
    const named = asked.filter(({ name, parameters }) => {
      const rows = rowsOf(name)
      return (
        /\b(id|ids|userId|userIds|mailId|tenantId|customerId|importId): string/.test(parameters) &&
        rows.some(([, , , asTenant, asUser]) => asTenant === 'done' || asUser === 'done') &&
        !rows.some(([, run]) => /\bother(MailId|ImportId)?\b/.test(String(run)))
      )
    })
    expect(named.map(({ file, name }) => `${file} ${name}`)).toEqual([])
  })

  it('asks nothing for nobody, or for whoever is disabled: they are no viewers', async () => {
    expect(await viewerOf('nonsense', origin.address)).toBeNull()
    for (const user of [world.acme.user, world.acme.admin]) {
      const { token } = await transaction(tx => openSession(tx, user, origin))
      expect(await viewerOf(token, origin.address)).toMatchObject({ id: user.id })
      await db().user.update({ where: { id: user.id }, data: { state: 'disabled' } })
      expect(await viewerOf(token, origin.address)).toBeNull()
    }
  })
})
