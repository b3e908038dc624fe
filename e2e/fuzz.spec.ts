// A little of what `npm run proof -- fuzz` sends: always the same, so that who breaks something hears of it.
import { fuzz } from '@/proof/fuzz'
import { startApp } from './fixtures/app'
import { expect, test } from './fixtures/test'

test('nothing that anybody sends is answered with a fault, or with what is inside', async () => {
  // Of its own: what is sent changes whatever it can.
  const app = await startApp()
  const { sent, found } = await fuzz(app.url, { each: 2, seed: 1, roles: ['nobody', 'system_administrator'] })
  expect(found).toEqual([])
  expect(sent).toBeGreaterThan(200)
  await app.stop()
})
