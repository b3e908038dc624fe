import { z } from 'zod'
import { emailField } from '@/domain/accounts/email-address'
import type { MailServerInput } from '@/domain/mail-server/candidate'
import { mailServerForm } from '@/domain/mail-server/form'
import { formFields } from '@/domain/mail-server/form-fields'
import { longest, type MailServerField } from '@/domain/mail-server/form-refusals'
import {
  deleteMailServer,
  type ListedServer,
  listMailServers,
  moveMailServer,
  setMailServerEnabled,
  setMailServerPaused,
} from '@/domain/mail-server/servers'
import type { MailServerView } from '@/domain/mail-server/versions'
import { enableMailServer, goLive, resumeMailServer, tryMailServerNow } from '@/domain/outbox/go-live'
import { readTest, reportOfTest, sendTestMail, type TestReport } from '@/domain/outbox/test-mail'
import { noSecrets } from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { operation } from '../operation'
import { asked, atOrNull, id, moment, told } from '../schemas'

const secretFields = ['password', 'proxyPassword', 'clientSecret', 'refreshToken'] as const
const switches = ['credentialsInClear', 'useProxy'] as const
const numbers = ['port', 'proxyPort', 'timeoutSeconds'] as const
const has = (names: readonly string[], field: string) => names.includes(field)

/** The fields of the form, as JSON has them: numbers and switches are none of its texts. */
const fields = Object.fromEntries(
  (Object.keys(longest) as MailServerField[]).map(field => {
    const text = z.string().max(longest[field])
    const schema = has(numbers, field)
      ? z.union([z.number(), text])
      : has(switches, field)
        ? z.boolean()
        : has(secretFields, field)
          ? text.describe('Never told again; the stored one stays where it is left out and may stay')
          : text
    return [field, schema.optional()]
  }),
) as unknown as Record<MailServerField, z.ZodOptional<z.ZodType<string | number | boolean>>>

type Fields = Partial<Record<MailServerField, string | number | boolean | undefined>>

/** The same as the form has them. */
const typedFields = (given: Fields): Partial<Record<MailServerField, string>> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value === true ? 'on' : value === false ? '' : String(value)]],
    ),
  )

const saving = {
  untested: z.boolean().default(false).describe('Save it although no test mail has shown that it works'),
  place: z
    .enum(['primary', 'standby'])
    .optional()
    .describe('What it is to be where there is another one already'),
}

const Settings = Object.fromEntries(
  (Object.keys(longest) as MailServerField[])
    .filter(field => !has(secretFields, field))
    .map(field => [
      field,
      has(switches, field)
        ? z.boolean()
        : field === 'port' || field === 'timeoutSeconds'
          ? z.number()
          : field === 'proxyPort'
            ? z.number().nullable()
            : z.string(),
    ]),
) as Record<string, z.ZodType>

const MailServer = told(
  'MailServer',
  z.object({
    id,
    name: z.string(),
    role: z.enum(['primary', 'standby', 'disabled', 'unsaved', 'evaluation']),
    state: z.enum(['sending', 'paused', 'broken']),
    since: moment.nullable(),
    cause: z.string().nullable().describe('Why mails cannot be handed to it'),
    enabled: z.boolean(),
    builtin: z.boolean().describe('The built-in inbox, which delivers to nobody'),
    versionId: id,
    settings: z.object(Settings),
    secrets: z.array(z.string()).describe('Which secrets are stored'),
    test: z.object({ at: moment, result: z.string(), cause: z.string().nullable() }).nullable(),
    limits: z.object({
      maxConnections: z.number().int(),
      maxPerSecond: z.number().int().nullable(),
      maxPerMinute: z.number().int().nullable(),
      maxPerDay: z.number().int().nullable(),
    }),
  }),
)

const settingsView = ({ name, settings }: MailServerView): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(formFields(name, settings))
      .filter(([field]) => !has(secretFields, field))
      .map(([field, text]) => [field, typedValue(field, text)]),
  )

function typedValue(field: string, text: string): string | number | boolean | null {
  if (has(switches, field)) return text === 'on'
  if (!has(numbers, field)) return text
  return text === '' ? null : Number(text)
}

const serverView = (server: ListedServer): z.output<typeof MailServer> => ({
  id: server.id,
  name: server.name,
  role: server.role,
  state: server.state,
  since: atOrNull(server.since),
  cause: server.cause,
  enabled: server.enabled,
  builtin: server.builtin,
  versionId: server.version.versionId,
  settings: settingsView(server.version),
  secrets: server.version.stored,
  test: server.version.test && { ...server.version.test, at: server.version.test.at.toISOString() },
  limits: {
    maxConnections: server.limits.maxConnections,
    maxPerSecond: server.limits.maxPerSecond,
    maxPerMinute: server.limits.maxPerMinute,
    maxPerDay: server.limits.maxPerDay,
  },
})

async function listed(viewer: Viewer, serverId: string): Promise<ListedServer> {
  const server = (await listMailServers(viewer)).find(one => one.id === serverId)
  if (!server) throw new Refusal('mail-server-not-found')
  return server
}

const read = async (viewer: Viewer, serverId: string) => serverView(await listed(viewer, serverId))

/** What is to be tested or saved: the fields that are given, and of a server that is there the others too. */
async function inputOf(viewer: Viewer, given: Fields, serverId?: string): Promise<MailServerInput> {
  const present = serverId === undefined ? null : (await listed(viewer, serverId)).version
  const kept = present ? formFields(present.name, present.settings) : {}
  const typed = { ...kept, ...typedFields(given) } as Record<string, string>
  typed.name ||= typed.host ?? ''
  const { name, settings, secrets } = await mailServerForm.parseAsync(typed)
  return {
    ...{ name, settings },
    secrets: { ...noSecrets, ...secrets },
    baseVersionId: present?.versionId ?? null,
    newServer: !present,
  }
}

const Stage = z.object({ name: z.string(), outcome: z.string() }).loose()
const TestResult = told(
  'MailServerTest',
  z.object({
    id: id.describe('Of the test mail, which stands in the outbox'),
    result: z
      .enum(['running', 'accepted', 'failed', 'uncertain', 'cancelled'])
      .describe('`running`: ask again for it in a moment'),
    cause: z.string().nullable().describe('What is wrong, as a code of the diagnosis'),
    detail: z.record(z.string(), z.string()).describe('What the diagnosis found out'),
    reply: z.object({ code: z.number().int(), enhanced: z.string().nullable(), text: z.string() }).nullable(),
    queueId: z.string().nullable(),
    stages: z.array(Stage),
  }),
)

const testView = (testId: string, report: TestReport | null): z.output<typeof TestResult> => ({
  id: testId,
  result: report?.result ?? 'running',
  cause: report?.cause ?? null,
  detail: report?.detail ?? {},
  reply: report?.reply ?? null,
  queueId: report?.queueId ?? null,
  stages: (report?.stages ?? []) as unknown as z.output<typeof Stage>[],
})

/** A program waits for so long; then it asks again. */
const waitMilliseconds = 40_000

const tag = 'Mail servers'
const ofOne = { tag, read } as const
const secretRefusals = [
  'password-needed',
  'password-needed-again',
  'client-secret-needed',
  'refresh-token-needed',
]

const deeds = {
  enable: ['Let mail leave through a server again', enableMailServer],
  disable: [
    'Let no mail leave through a server',
    (viewer, one) => transaction(tx => setMailServerEnabled(tx, viewer, one, false)),
  ],
  pause: [
    'Let no mail through a server for now',
    (viewer, one) => transaction(tx => setMailServerPaused(tx, viewer, one, true)),
  ],
  resume: ['Let mail through a server that was paused', resumeMailServer],
  try: ['Try a server at once that is in trouble', tryMailServerNow],
  'move-up': [
    'Put a server one place nearer to being the primary',
    (viewer, one) => transaction(tx => moveMailServer(tx, viewer, one, 'up')),
  ],
  'move-down': [
    'Put a server one place further from being the primary',
    (viewer, one) => transaction(tx => moveMailServer(tx, viewer, one, 'down')),
  ],
} satisfies Record<string, [string, (viewer: Viewer, id: string) => Promise<void>]>

export const mailServers = [
  operation({
    id: 'listMailServers',
    method: 'GET',
    path: '/mail-servers',
    tag,
    summary: 'The mail servers in their order, the primary first',
    scope: 'mail-servers:read',
    query: z.strictObject({}),
    answer: told('MailServers', z.object({ items: z.array(MailServer) })),
    async run({ viewer }) {
      return { body: { items: (await listMailServers(viewer)).map(serverView) } }
    },
  }),
  operation({
    id: 'addMailServer',
    method: 'POST',
    path: '/mail-servers',
    tag,
    summary: 'Add a mail server, with settings that were tested before',
    scope: 'mail-servers:write',
    body: asked('NewMailServer', z.strictObject({ ...fields, ...saving })),
    status: 201,
    answer: MailServer,
    refusals: ['save-untested', 'save-failed', 'save-place', ...secretRefusals],
    async run({ viewer, body: { untested, place, ...given } }) {
      const saved = await goLive(viewer, await inputOf(viewer, given), { untested, as: place ?? 'ask' })
      return {
        body: await read(viewer, saved.mailServerId),
        headers: { Location: `/api/v1/mail-servers/${saved.mailServerId}` },
      }
    },
  }),
  operation({
    ...ofOne,
    id: 'readMailServer',
    method: 'GET',
    path: '/mail-servers/{id}',
    summary: 'One mail server; of its secrets, which are stored',
    scope: 'mail-servers:read',
    answer: MailServer,
    async run({ viewer, params: { id: serverId = '' } }) {
      return { body: await read(viewer, serverId) }
    },
  }),
  operation({
    ...ofOne,
    id: 'changeMailServer',
    method: 'PATCH',
    path: '/mail-servers/{id}',
    summary: 'Change a mail server: what is left out stays',
    scope: 'mail-servers:write',
    body: asked('MailServerPatch', z.strictObject({ ...fields, ...saving })),
    answer: MailServer,
    refusals: ['save-untested', 'save-failed', ...secretRefusals],
    async run({ viewer, params: { id: serverId = '' }, body: { untested, place, ...given } }) {
      const input = await inputOf(viewer, given, serverId)
      await goLive(viewer, input, { untested, as: place ?? 'standby' })
      return { body: await read(viewer, serverId) }
    },
  }),
  operation({
    ...ofOne,
    id: 'deleteMailServer',
    method: 'DELETE',
    path: '/mail-servers/{id}',
    summary: 'Delete a mail server with all its settings and secrets',
    scope: 'mail-servers:write',
    status: 204,
    async run({ viewer, params: { id: serverId = '' } }) {
      const { id: known } = await listed(viewer, serverId)
      await transaction(tx => deleteMailServer(tx, viewer, known))
      return {}
    },
  }),
  ...(Object.keys(deeds) as (keyof typeof deeds)[]).map(deed =>
    operation({
      ...ofOne,
      id: `${deed.replace(/-(\w)/g, (_, sign: string) => sign.toUpperCase())}MailServer`,
      method: 'POST',
      path: `/mail-servers/{id}/${deed}`,
      summary: deeds[deed][0],
      scope: 'mail-servers:write',
      answer: MailServer,
      async run({ viewer, params: { id: serverId = '' } }) {
        const { id: known } = await listed(viewer, serverId)
        await deeds[deed][1](viewer, known)
        return { body: await read(viewer, known) }
      },
    }),
  ),
  operation({
    id: 'testMailServer',
    method: 'POST',
    path: '/mail-server-tests',
    tag,
    summary: 'Send a test mail with settings that need not be saved, and say what is wrong with them',
    scope: 'mail-servers:write',
    body: asked(
      'NewMailServerTest',
      z.strictObject({
        ...fields,
        recipient: emailField,
        mailServerId: id.optional().describe('What is left out is as it is there'),
      }),
    ),
    status: 201,
    answer: TestResult,
    refusals: secretRefusals,
    async run({ viewer, body: { recipient, mailServerId, ...given } }) {
      const input = await inputOf(viewer, given, mailServerId)
      const { id: testId } = await sendTestMail(viewer, input, recipient)
      return {
        body: testView(testId, await reportOfTest(viewer, testId, waitMilliseconds)),
        headers: { Location: `/api/v1/mail-server-tests/${testId}` },
      }
    },
  }),
  operation({
    id: 'readMailServerTest',
    method: 'GET',
    path: '/mail-server-tests/{id}',
    tag,
    summary: 'How far a test mail is',
    scope: 'mail-servers:read',
    answer: TestResult,
    async run({ viewer, params: { id: testId = '' } }) {
      const test = await readTest(viewer, testId)
      if (!test) throw new Refusal('test-not-found')
      return { body: testView(testId, test.report) }
    },
  }),
]
