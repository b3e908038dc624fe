// What is left to do until mail leaves an installation and somebody gets it. Each step is true or not; nobody ticks it.
import { pointsAtInbox, serversInUse } from '@/domain/mail-server/in-use'
import { settingsOf } from '@/domain/mail-server/versions'
import { testsOf } from '@/domain/outbox/test-mail'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { demoAccounts } from './demo-accounts'

export type FirstSteps = {
  /** The viewer signs in with an address of their own */
  address: boolean
  /** Mail leaves by a server that delivers it */
  server: boolean
  /** A test mail has gone through with the settings that are in force */
  test: boolean
  /** Somebody was added */
  user: boolean
}

/** The first steps, or null where the viewer has hidden them. @throws Refusal not-allowed */
export async function readFirstSteps(viewer: Viewer): Promise<FirstSteps | null> {
  requireSystemAdministrator(viewer)
  const { firstStepsHidden } = await db().user.findUniqueOrThrow({ where: { id: viewer.id } })
  if (firstStepsHidden) return null
  const real = (await serversInUse()).filter(
    ({ builtin, version }) => !builtin && !pointsAtInbox(settingsOf(version)),
  )
  const tests = await testsOf(
    viewer,
    real.map(({ version }) => version.id),
  )
  const added = await db().user.findFirst({
    where: { demo: false, id: { not: viewer.id } },
    select: { id: true },
  })
  return {
    address: !demoAccounts.some(({ email }) => email === viewer.email),
    server: real.length > 0,
    test: tests.some(({ result }) => result === 'accepted'),
    user: added !== null,
  }
}

/** Shows the first steps to the viewer no more. @throws Refusal not-allowed */
export async function hideFirstSteps(viewer: Viewer): Promise<void> {
  requireSystemAdministrator(viewer)
  await db().user.update({ where: { id: viewer.id }, data: { firstStepsHidden: true } })
}
