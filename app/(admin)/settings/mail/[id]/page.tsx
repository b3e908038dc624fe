import { idIn } from '../../../found'
import type { SearchParams } from '../../../list-address'
import MailSettingsPage from '../page'

export { generateMetadata } from '../page'

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams }

/** The form of one server. */
export default async function MailServerPage({ params, searchParams }: Props) {
  const server = await idIn(params)
  return <MailSettingsPage searchParams={Promise.resolve({ ...(await searchParams), server })} />
}
