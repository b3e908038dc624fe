import type { Role } from '@/generated/prisma/enums'

/** Public on purpose, which is why the demo only runs on loopback. */
export const demoAccounts = [
  {
    email: 'sysadmin@latchkey.test',
    password: 'sysadmin',
    firstName: 'Sam',
    lastName: 'System',
    role: 'system_administrator',
  },
  {
    email: 'tenant@latchkey.test',
    password: 'tenant',
    firstName: 'Tara',
    lastName: 'Tenant',
    role: 'tenant_administrator',
  },
  {
    email: 'customer@latchkey.test',
    password: 'customer',
    firstName: 'Chris',
    lastName: 'Customer',
    role: 'customer_user',
  },
] as const satisfies { email: string; password: string; firstName: string; lastName: string; role: Role }[]
