import type { SearchParams } from '../../../list-address'
import MailSettingsPage from '../page'

export { generateMetadata } from '../page'

/** The form for one more server. */
export default async function NewMailServerPage({ searchParams }: { searchParams: SearchParams }) {
  return <MailSettingsPage searchParams={Promise.resolve({ ...(await searchParams), server: 'new' })} />
}
