import { linkClasses } from '@/components/looks'
import type { Visit } from './public-page'

/** Where to find help; nothing where no such address is set. */
export function Support({ words, installation }: Pick<Visit, 'words' | 'installation'>) {
  const { supportAddress: address } = installation
  if (!address) return null
  return (
    <span className="text-center wrap-anywhere">
      {words('support')('questions')}{' '}
      <a href={`mailto:${encodeURIComponent(address).replace('%40', '@')}`} className={linkClasses}>
        {address}
      </a>
    </span>
  )
}
