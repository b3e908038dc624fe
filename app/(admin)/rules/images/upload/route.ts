import { addAlarmImage } from '@/domain/alarms/alarm-images'
import { requireAdministrator } from '@/domain/viewer'
import { longestImage } from '@/lib/checked-image'
import { uploadRoute } from '../../../upload'

/** Adds an image for the mails of a tenant's rules. */
export const POST = uploadRoute({
  page: '/rules/images',
  may: requireAdministrator,
  name: 'added',
  place: 'add',
  longest: longestImage,
  codes: { tooLarge: 'alarm-image-too-large', none: 'alarm-image-no-file' },
  take: (viewer, bytes, { name, tenantId }) =>
    addAlarmImage(viewer, { name, bytes: bytes ?? new Uint8Array() }, tenantId),
})
