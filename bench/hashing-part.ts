// A process that checks passwords and does nothing else, when it is asked to.
import { hashPassword, passwordMatches } from '@/domain/accounts/password'
import { together } from './together'

const password = 'a good long password'
const hash = await hashPassword(password)

process.on('disconnect', () => process.exit())
process.on('message', async ({ atATime, milliseconds }: { atATime: number; milliseconds: number }) => {
  const perSecond = await together(atATime, milliseconds, async () => {
    if (!(await passwordMatches(hash, password))) throw new Error('A right password was refused.')
  })
  process.send?.({ perSecond })
})
