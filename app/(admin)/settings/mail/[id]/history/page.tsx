import type { Metadata } from 'next'
import { mailServerHistory } from '@/domain/mail-server/history'
import { testsOf } from '@/domain/outbox/test-mail'
import { ServerPage, serverIn, serverTitle } from '../../server-page'
import { VersionHistory } from '../../version-history'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await serverTitle(params, 'history') }
}

/** Every change of one server, and how its tests went. */
export default async function HistoryPage({ params }: Props) {
  const { viewer, server } = await serverIn(params)
  const history = await mailServerHistory(viewer, server.id)
  const tests = await testsOf(
    viewer,
    history.map(({ versionId }) => versionId),
  )
  return (
    <ServerPage server={server} tab="history">
      <div className="max-w-3xl">
        <VersionHistory history={history} tests={tests} />
      </div>
    </ServerPage>
  )
}
