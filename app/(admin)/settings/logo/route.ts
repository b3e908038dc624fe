import { changeLogo } from '@/domain/settings/logo'
import { requireSystemAdministrator } from '@/domain/viewer'
import { longestImage } from '@/lib/checked-image'
import { uploadRoute } from '../../upload'

/** Puts an image in the place of the logo, or takes it away. */
export const POST = uploadRoute({
  page: '/settings',
  may: requireSystemAdministrator,
  name: 'logo',
  place: 'logo',
  longest: longestImage,
  codes: { tooLarge: 'logo-too-large', none: 'logo-no-file' },
  without: 'remove',
  take: changeLogo,
})
