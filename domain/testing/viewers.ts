// Viewers for tests, without anything in the database.
import { randomUUID } from 'node:crypto'
import type { Viewer } from '@/domain/viewer'

/** A system administrator, unless it is said otherwise. */
export const viewer = (as: Partial<Viewer> = {}): Viewer => ({
  id: randomUUID(),
  sessionId: randomUUID(),
  email: 'root@latchkey.test',
  firstName: 'Rita',
  lastName: 'Root',
  role: 'system_administrator',
  tenantId: null,
  customerId: null,
  locale: 'en',
  timeZone: null,
  address: '192.0.2.1',
  // However far a test sets the clock ahead.
  provedAt: new Date('2200-01-01'),
  ...as,
})
