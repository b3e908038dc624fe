'use client'

import { type ChangeEvent, useEffect, useRef, useState } from 'react'
import { type Option, SelectField } from '@/components/fields'
import { useForm } from '@/components/form-context'
import { TextLink } from '@/components/text-link'

export type Tenant = { id: string; name: string; customers: { id: string; name: string }[] }

export type PlaceLabels = Record<
  | 'role'
  | 'tenant'
  | 'tenantHelp'
  | 'noTenants'
  | 'addTenant'
  | 'chooseTenant'
  | 'customer'
  | 'customerHelp'
  | 'chooseCustomer',
  string
>

type Props = {
  roles: Option[]
  tenants: Tenant[]
  choosesTenant: boolean
  /** What a user has already, by the names of the fields */
  chosen?: Record<string, string>
  labels: PlaceLabels
}

/**
 * What a user may do, and where they belong. Every choice is there from the start and works without
 * JavaScript; with it, what a role does not need goes away, and a tenant leaves only its customers.
 */
export function PlaceFields({ roles, tenants, choosesTenant, chosen, labels }: Props) {
  const { values } = useForm().state
  const all = tenants.flatMap(({ customers }) => customers)
  // Where there is only one there is nothing to choose.
  const first = chosen ?? {
    role: 'customer_user',
    tenantId: tenants.length === 1 ? tenants[0]?.id : '',
    customerId: all.length === 1 ? all[0]?.id : '',
  }
  const [role, setRole] = useState(values?.role ?? first.role)
  const [tenantId, setTenantId] = useState(values?.tenantId ?? first.tenantId)
  const fields = useRef<HTMLDivElement>(null)

  const select = (name: string) => fields.current?.querySelector<HTMLSelectElement>(`select[name="${name}"]`)

  // What was chosen before this script ran, or what the browser put back, counts.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, on what the page holds
  useEffect(() => {
    setRole(current => select('role')?.value ?? current)
    setTenantId(current => select('tenantId')?.value ?? current)
  }, [])

  /** A customer belongs to one tenant, so choosing them chooses it. */
  function followCustomer({ target }: ChangeEvent<HTMLSelectElement>) {
    const owner = tenants.find(({ customers }) => customers.some(({ id }) => id === target.value))
    const tenant = select('tenantId')
    if (!owner || !tenant) return
    tenant.value = owner.id
    setTenantId(owner.id)
  }

  const offered = tenants.filter(({ id }) => !tenantId || id === tenantId)
  return (
    <div ref={fields} className="space-y-5">
      <SelectField
        name="role"
        label={labels.role}
        options={roles}
        defaultValue={first.role}
        width="medium"
        onChange={event => setRole(event.target.value)}
      />
      {choosesTenant && (
        <div hidden={role === 'system_administrator'}>
          <SelectField
            name="tenantId"
            label={labels.tenant}
            help={
              tenants.length > 0 ? (
                labels.tenantHelp
              ) : (
                <>
                  {labels.noTenants} <TextLink href="/tenants">{labels.addTenant}</TextLink>
                </>
              )
            }
            options={[
              { value: '', label: labels.chooseTenant },
              ...tenants.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            defaultValue={first.tenantId}
            onChange={event => setTenantId(event.target.value)}
          />
        </div>
      )}
      <div hidden={role !== 'customer_user'}>
        <SelectField
          name="customerId"
          label={labels.customer}
          help={labels.customerHelp}
          options={[
            { value: '', label: labels.chooseCustomer },
            ...offered.map(({ name, customers }) => ({
              label: name,
              options: customers.map(customer => ({ value: customer.id, label: customer.name })),
            })),
          ]}
          defaultValue={first.customerId}
          onChange={followCustomer}
        />
      </div>
    </div>
  )
}
