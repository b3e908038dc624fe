import { longestList, replaceDisposableList } from '@/domain/settings/disposable-domains'
import { requireSystemAdministrator } from '@/domain/viewer'
import { uploadRoute } from '../../upload'

/** Replaces the list of disposable domains by a file, or takes the one that comes along. */
export const POST = uploadRoute({
  page: '/settings',
  may: requireSystemAdministrator,
  name: 'list',
  place: 'disposable-domains',
  longest: longestList,
  codes: { tooLarge: 'list-too-large', none: 'list-no-file' },
  without: 'builtin',
  take: replaceDisposableList,
})
