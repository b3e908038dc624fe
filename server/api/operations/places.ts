// Tenants, and the customers in them.
import { z } from 'zod'
import {
  createCustomer,
  customersAfter,
  deleteCustomer,
  readCustomer,
  renameCustomer,
} from '@/domain/tenancy/customers'
import {
  changeTenant,
  createTenant,
  deleteTenant,
  factsOfTenant,
  readTenant,
  tenantsAfter,
} from '@/domain/tenancy/tenants'
import type { Viewer } from '@/domain/viewer'
import type { Customer as CustomerRow, Tenant as TenantRow } from '@/generated/prisma/client'
import { type Locale, locales } from '@/lib/i18n/locales'
import { requiredNameField } from '@/lib/name-field'
import { Refusal } from '@/lib/refusal'
import { operation } from '../operation'
import { asked, at, id, moment, page, pageOf, told } from '../schemas'

const Tenant = told(
  'Tenant',
  z.object({
    id,
    name: z.string(),
    locale: z.string().nullable().describe('Of its new users; null where that of the installation is'),
    createdAt: moment,
  }),
)
const Customer = told('Customer', z.object({ id, tenantId: id, name: z.string(), createdAt: moment }))

const tenantView = ({ id: tenantId, name, locale, createdAt }: TenantRow): z.output<typeof Tenant> => ({
  id: tenantId,
  ...{ name, locale },
  createdAt: at(createdAt),
})
const customerView = (row: CustomerRow): z.output<typeof Customer> => ({
  id: row.id,
  tenantId: row.tenantId,
  name: row.name,
  createdAt: at(row.createdAt),
})
const readOneTenant = async (viewer: Viewer, tenantId: string) =>
  tenantView(await readTenant(viewer, tenantId))
const readOneCustomer = async (viewer: Viewer, customerId: string) =>
  customerView(await readCustomer(viewer, customerId))

const ofTenants = { tag: 'Tenants', read: readOneTenant } as const
const ofCustomers = { tag: 'Customers', read: readOneCustomer } as const
const locale = z.enum(locales).nullable()

export const places = [
  operation({
    id: 'listTenants',
    method: 'GET',
    path: '/tenants',
    tag: 'Tenants',
    summary: 'All tenants, by name',
    scope: 'tenants:read',
    query: z.strictObject(page),
    answer: pageOf('TenantPage', Tenant),
    async run({ viewer, query: { limit, after } }) {
      const { rows, next } = await tenantsAfter(viewer, after, limit)
      return { body: { items: rows.map(tenantView), next } }
    },
  }),
  operation({
    id: 'createTenant',
    method: 'POST',
    path: '/tenants',
    tag: 'Tenants',
    summary: 'Add a tenant',
    scope: 'tenants:write',
    body: asked('NewTenant', z.strictObject({ name: requiredNameField })),
    status: 201,
    answer: Tenant,
    refusals: ['tenant-name-taken'],
    async run({ viewer, body: { name } }) {
      const tenantId = await createTenant(viewer, name)
      return {
        body: await readOneTenant(viewer, tenantId),
        headers: { Location: `/api/v1/tenants/${tenantId}` },
      }
    },
  }),
  operation({
    ...ofTenants,
    id: 'readTenant',
    method: 'GET',
    path: '/tenants/{id}',
    summary: 'One tenant',
    scope: 'tenants:read',
    answer: Tenant,
    async run({ viewer, params: { id: tenantId = '' } }) {
      return { body: await readOneTenant(viewer, tenantId) }
    },
  }),
  operation({
    ...ofTenants,
    id: 'changeTenant',
    method: 'PATCH',
    path: '/tenants/{id}',
    summary: 'Change the name of a tenant, or the language of its new users',
    scope: 'tenants:write',
    body: asked(
      'TenantPatch',
      z.strictObject({ name: requiredNameField.optional(), locale: locale.optional() }),
    ),
    answer: Tenant,
    refusals: ['tenant-name-taken'],
    async run({ viewer, params: { id: tenantId = '' }, body }) {
      const tenant = await readTenant(viewer, tenantId)
      const present = { name: tenant.name, locale: tenant.locale as Locale | null }
      const { name = present.name, locale: wanted = present.locale } = body
      const changed = await changeTenant(viewer, tenant.id, { name, locale: wanted }, factsOfTenant(present))
      return { body: tenantView(changed) }
    },
  }),
  operation({
    ...ofTenants,
    id: 'deleteTenant',
    method: 'DELETE',
    path: '/tenants/{id}',
    summary: 'Delete a tenant without users, with its customers',
    scope: 'tenants:write',
    status: 204,
    refusals: ['tenant-in-use'],
    async run({ viewer, params: { id: tenantId = '' } }) {
      await deleteTenant(viewer, tenantId)
      return {}
    },
  }),
  operation({
    id: 'listCustomers',
    method: 'GET',
    path: '/customers',
    tag: 'Customers',
    summary: 'The customers whom you look after, by name',
    scope: 'customers:read',
    query: z.strictObject({ ...page, tenantId: id.optional() }),
    answer: pageOf('CustomerPage', Customer),
    async run({ viewer, query: { limit, after, tenantId } }) {
      const { rows, next } = await customersAfter(viewer, { tenantId, after, most: limit })
      return { body: { items: rows.map(customerView), next } }
    },
  }),
  operation({
    id: 'createCustomer',
    method: 'POST',
    path: '/customers',
    tag: 'Customers',
    summary: 'Add a customer',
    scope: 'customers:write',
    body: asked(
      'NewCustomer',
      z.strictObject({
        name: requiredNameField,
        tenantId: id.optional().describe('Needed for the system administrator; otherwise your own'),
      }),
    ),
    status: 201,
    answer: Customer,
    refusals: ['customer-name-taken', 'tenant-required', 'tenant-not-found'],
    async run({ viewer, body: { name, tenantId = viewer.tenantId ?? '' } }) {
      if (!tenantId) throw new Refusal('tenant-required', { field: 'tenantId' })
      const customerId = await createCustomer(viewer, tenantId, name)
      return {
        body: await readOneCustomer(viewer, customerId),
        headers: { Location: `/api/v1/customers/${customerId}` },
      }
    },
  }),
  operation({
    ...ofCustomers,
    id: 'readCustomer',
    method: 'GET',
    path: '/customers/{id}',
    summary: 'One customer',
    scope: 'customers:read',
    answer: Customer,
    async run({ viewer, params: { id: customerId = '' } }) {
      return { body: await readOneCustomer(viewer, customerId) }
    },
  }),
  operation({
    ...ofCustomers,
    id: 'renameCustomer',
    method: 'PATCH',
    path: '/customers/{id}',
    summary: 'Change the name of a customer',
    scope: 'customers:write',
    body: asked('CustomerPatch', z.strictObject({ name: requiredNameField })),
    answer: Customer,
    refusals: ['customer-name-taken'],
    async run({ viewer, params: { id: customerId = '' }, body: { name } }) {
      const present = await readCustomer(viewer, customerId)
      const renamed = await renameCustomer(viewer, present.id, name, { name: present.name })
      return { body: customerView(renamed) }
    },
  }),
  operation({
    ...ofCustomers,
    id: 'deleteCustomer',
    method: 'DELETE',
    path: '/customers/{id}',
    summary: 'Delete a customer without users',
    scope: 'customers:write',
    status: 204,
    refusals: ['customer-in-use'],
    async run({ viewer, params: { id: customerId = '' } }) {
      await deleteCustomer(viewer, customerId)
      return {}
    },
  }),
]
