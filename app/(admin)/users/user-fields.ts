import { z } from 'zod'
import { Role } from '@/generated/prisma/enums'
import { locales } from '@/lib/i18n/locales'
import { nameField } from '@/lib/name-field'

/** A choice of a select; nothing chosen, or no such field on the page, is null. */
const idField = z
  .union([z.guid(), z.literal('')])
  .optional()
  .transform(id => id || null)

/** Who a user is, what they may do and where they belong: the fields of a new user and of one that is changed. */
export const userFields = {
  firstName: nameField,
  lastName: nameField,
  role: z.enum(Role, 'role-required'),
  tenantId: idField,
  customerId: idField,
  locale: z.enum(locales),
}
