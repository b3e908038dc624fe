import { z } from 'zod'
import { activationLink, resendActivation } from '@/domain/accounts/activation'
import { correctAddress } from '@/domain/accounts/address-correction'
import { emailField } from '@/domain/accounts/email-address'
import { requestEmailChangeOf } from '@/domain/accounts/email-change'
import { resetLink, sendResetLink } from '@/domain/accounts/password-reset'
import { readUserAlone } from '@/domain/accounts/user'
import { changeUser, factsOf } from '@/domain/accounts/user-change'
import { usersAfter } from '@/domain/accounts/user-list'
import { addUser, deleteUser, disableUser, enableUser } from '@/domain/accounts/users'
import { readCustomer } from '@/domain/tenancy/customers'
import type { Viewer } from '@/domain/viewer'
import type { User as UserRow } from '@/generated/prisma/client'
import { Role, UserState } from '@/generated/prisma/enums'
import { locales } from '@/lib/i18n/locales'
import { nameField } from '@/lib/name-field'
import { operation } from '../operation'
import { asked, at, atOrNull, id, moment, optionalId, page, pageOf, told } from '../schemas'

const User = told(
  'User',
  z.object({
    id,
    email: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    role: z.enum(Role),
    state: z.enum(UserState),
    tenantId: optionalId,
    customerId: optionalId,
    locale: z.string(),
    createdAt: moment,
    lastSignInAt: moment.nullable(),
  }),
)

const userView = (user: UserRow): z.output<typeof User> => ({
  id: user.id,
  email: user.email,
  firstName: user.firstName,
  lastName: user.lastName,
  role: user.role,
  state: user.state,
  tenantId: user.tenantId,
  customerId: user.customerId,
  locale: user.locale,
  createdAt: at(user.createdAt),
  lastSignInAt: atOrNull(user.lastSignInAt),
})

const read = async (viewer: Viewer, userId: string) => userView(await readUserAlone(viewer, userId))

const NewUser = asked(
  'NewUser',
  z.strictObject({
    email: emailField,
    firstName: nameField.default(''),
    lastName: nameField.default(''),
    role: z.enum(Role),
    tenantId: id
      .nullish()
      .describe('Where the role has one; that of the customer, or your own, if it is left out'),
    customerId: id.nullish().describe('Of a `customer_user`'),
    locale: z.enum(locales).optional().describe('That of the tenant or the installation if it is left out'),
    invitation: z
      .enum(['mail', 'link', 'none'])
      .default('mail')
      .describe('`mail` sends the activation link, `link` answers with it, `none` does neither'),
  }),
)

const AddedUser = told(
  'AddedUser',
  User.extend({
    activationUrl: z.url().optional().describe('With `invitation: "link"`, once and only here'),
  }),
)

const UserPatch = asked(
  'UserPatch',
  z.strictObject({
    email: emailField
      .optional()
      .describe(
        'A pending user gets a new activation mail there; an active one is asked to confirm it first',
      ),
    firstName: nameField.optional(),
    lastName: nameField.optional(),
    role: z.enum(Role).optional(),
    tenantId: id.nullish(),
    customerId: id.nullish(),
    locale: z.enum(locales).optional(),
  }),
)

const Asked = told(
  'MailAsked',
  z.object({
    outcome: z
      .enum(['queued', 'merged'])
      .describe('`merged`: the same mail was asked for so recently that no second one is sent'),
  }),
)

const Link = told('HandedLink', z.object({ url: z.url() }))

const tag = 'Users'
const ofOne = { tag, read } as const

const UserQuery = z.strictObject({
  ...page,
  search: z.string().max(200).optional().describe('Words that stand in the address or the name'),
  state: z.enum(UserState).optional(),
  tenantId: id.optional(),
  customerId: id.optional(),
})

export const users = [
  operation({
    id: 'listUsers',
    method: 'GET',
    path: '/users',
    tag,
    summary: 'The users whom you look after, in the order of their addresses',
    scope: 'users:read',
    query: UserQuery,
    answer: pageOf('UserPage', User),
    async run({ viewer, query: { limit, ...view } }) {
      const { users: found, next } = await usersAfter(viewer, { ...view, most: limit })
      return { body: { items: found.map(userView), next } }
    },
  }),
  operation({
    id: 'addUser',
    method: 'POST',
    path: '/users',
    tag,
    summary: 'Add a user, and invite them',
    scope: 'users:write',
    body: NewUser,
    status: 201,
    answer: AddedUser,
    refusals: [
      'email-taken',
      'domain-not-allowed',
      'domain-blocked',
      'domain-disposable',
      'tenant-required',
      'tenant-not-found',
      'customer-required',
      'customer-not-found',
    ],
    async run({ viewer, body: { invitation, locale = '', ...person } }) {
      const customerId = person.customerId ?? null
      const added = await addUser(viewer, {
        ...person,
        customerId,
        tenantId: person.tenantId ?? (await tenantOf(viewer, customerId)),
        locale,
        sendActivation: invitation === 'mail',
      })
      const activationUrl = invitation === 'link' ? await activationLink(viewer, added.id) : undefined
      return {
        body: { ...userView(added), activationUrl },
        headers: { Location: `/api/v1/users/${added.id}` },
      }
    },
  }),
  operation({
    ...ofOne,
    id: 'readUser',
    method: 'GET',
    path: '/users/{id}',
    summary: 'One user',
    scope: 'users:read',
    answer: User,
    async run({ viewer, params: { id: userId = '' } }) {
      return { body: await read(viewer, userId) }
    },
  }),
  operation({
    ...ofOne,
    id: 'changeUser',
    method: 'PATCH',
    path: '/users/{id}',
    summary: 'Change a user: what is left out stays',
    scope: 'users:write',
    body: UserPatch,
    answer: User,
    refusals: ['email-taken', 'not-yourself', 'last-tenant-administrator'],
    async run({ viewer, params: { id: userId = '' }, body: { email, ...patch } }) {
      const user = await readUserAlone(viewer, userId)
      if (Object.keys(patch).length > 0)
        await changeUser(viewer, user.id, { ...user, ...patch }, factsOf(user))
      if (email !== undefined && email !== user.email)
        await (user.state === 'pending'
          ? correctAddress(viewer, user.id, email)
          : requestEmailChangeOf(viewer, user.id, email))
      return { body: await read(viewer, userId) }
    },
  }),
  operation({
    ...ofOne,
    id: 'deleteUser',
    method: 'DELETE',
    path: '/users/{id}',
    summary: 'Delete a user for good',
    scope: 'users:write',
    status: 204,
    refusals: ['not-yourself', 'last-tenant-administrator'],
    async run({ viewer, params: { id: userId = '' } }) {
      await deleteUser(viewer, userId)
      return {}
    },
  }),
  operation({
    ...ofOne,
    id: 'resendActivation',
    method: 'POST',
    path: '/users/{id}/activation-mails',
    summary: 'Send a pending user a new activation link',
    scope: 'users:write',
    status: 202,
    answer: Asked,
    refusals: ['already-active', 'account-disabled'],
    async run({ viewer, params: { id: userId = '' } }) {
      return { body: { outcome: await resendActivation(viewer, userId) } }
    },
  }),
  operation({
    ...ofOne,
    id: 'activationLink',
    method: 'POST',
    path: '/users/{id}/activation-links',
    summary: 'The activation link of a pending user, to hand over',
    scope: 'users:write',
    status: 201,
    answer: Link,
    refusals: ['already-active', 'account-disabled'],
    async run({ viewer, params: { id: userId = '' } }) {
      return { body: { url: await activationLink(viewer, userId) } }
    },
  }),
  operation({
    ...ofOne,
    id: 'sendResetMail',
    method: 'POST',
    path: '/users/{id}/reset-mails',
    summary: 'Send an active user a link to reset their password',
    scope: 'users:write',
    status: 202,
    answer: Asked,
    refusals: ['not-active', 'account-disabled'],
    async run({ viewer, params: { id: userId = '' } }) {
      return { body: { outcome: await sendResetLink(viewer, userId) } }
    },
  }),
  operation({
    ...ofOne,
    id: 'resetLink',
    method: 'POST',
    path: '/users/{id}/reset-links',
    summary: 'A link to reset the password of an active user, to hand over',
    scope: 'users:write',
    status: 201,
    answer: Link,
    refusals: ['not-yourself', 'not-active', 'account-disabled'],
    async run({ viewer, params: { id: userId = '' } }) {
      return { body: { url: await resetLink(viewer, userId) } }
    },
  }),
  ...(['disable', 'enable'] as const).map(deed =>
    operation({
      ...ofOne,
      id: `${deed}User`,
      method: 'POST',
      path: `/users/{id}/${deed}`,
      summary:
        deed === 'disable'
          ? 'Disable a user: their sessions and links end'
          : 'Enable a user who was disabled: as they were before',
      scope: 'users:write',
      answer: User,
      refusals: ['not-yourself', 'last-tenant-administrator'],
      async run({ viewer, params: { id: userId = '' } }) {
        await (deed === 'disable' ? disableUser : enableUser)(viewer, userId)
        return { body: await read(viewer, userId) }
      },
    }),
  ),
]

/** Of whoever names a customer alone. */
async function tenantOf(viewer: Viewer, customerId: string | null): Promise<string | null> {
  return customerId ? (await readCustomer(viewer, customerId)).tenantId : null
}
