import type { Metadata } from 'next'
import { LimitsForm } from '../../limits-form'
import { ServerPage, serverIn, serverTitle } from '../../server-page'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await serverTitle(params, 'limits') }
}

/** How much one server may be asked to do. */
export default async function LimitsPage({ params }: Props) {
  const { server } = await serverIn(params)
  return (
    <ServerPage server={server} tab="limits">
      <div className="max-w-form">
        <LimitsForm server={server} />
      </div>
    </ServerPage>
  )
}
