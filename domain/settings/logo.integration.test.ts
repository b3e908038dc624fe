import { beforeEach, expect, it } from 'vitest'
import { administrator } from '@/domain/accounts/testing/people'
import type { Viewer } from '@/domain/viewer'
import { longestImage } from '@/lib/checked-image'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { images } from '@/lib/testing/images'
import { refusalOf } from '@/lib/testing/refusal'
import { changeSettings, installationDefaults, readInstallationAndLogo } from './installation'
import { changeLogo, logoImage } from './logo'

useTestDatabase()
let root: Viewer

beforeEach(async () => {
  root = await administrator()
})

const shown = async () => (await readInstallationAndLogo()).logo
const events = () => db().auditEvent.findMany({ where: { action: 'settings.logo-changed' } })

it('there is none until somebody uploads one, and none again when it is removed', async () => {
  expect(await shown()).toBeNull()
  expect(await logoImage()).toBeNull()
  await changeLogo(root, images.png)
  const logo = await logoImage()
  expect(logo).toMatchObject({ type: 'image/png', width: 6, height: 4 })
  expect(Buffer.from(logo!.image).equals(images.png)).toBe(true)
  expect(await shown()).toEqual({ hash: logo!.hash, width: 6, height: 4 })
  await changeLogo(root, null)
  expect(await shown()).toBeNull()
  expect(await logoImage()).toBeNull()
  expect(await events()).toMatchObject([
    { actor: root.email, after: { logo: 'own' } },
    { actor: root.email, after: { logo: 'built-in' } },
  ])
})

it('leaves the settings as they are, and they leave it', async () => {
  await changeLogo(root, images.jpeg)
  expect((await readInstallationAndLogo()).settings).toEqual(installationDefaults)
  await changeSettings(root, { ...installationDefaults, name: 'Acme' })
  await changeLogo(root, images.extendedWebp)
  expect(await readInstallationAndLogo()).toMatchObject({
    settings: { name: 'Acme' },
    logo: { hash: expect.any(String) },
  })
})

it('the same image again, or none where there is none, is no change', async () => {
  await changeLogo(root, null)
  await changeLogo(root, images.png)
  await changeLogo(root, images.png)
  expect(await events()).toHaveLength(1)
})

it('the one before is not kept', async () => {
  await changeLogo(root, images.png)
  await changeLogo(root, images.losslessWebp)
  expect(await db().logo.findMany()).toMatchObject([{ type: 'image/webp' }])
})

const sized = (width: number) => {
  const png = Buffer.from(images.png)
  png.writeUInt32BE(width, 16)
  return png
}

it.each([
  ['nothing', '', 'logo-type'],
  ['a text', 'hello', 'logo-type'],
  ['a GIF', 'GIF89a\x06\0\x04\0', 'logo-type'],
  ['SVG', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'logo-svg'],
  ['HTML behind the first sign of a PNG', '\x89<html>', 'logo-type'],
  ['more than 200 kB', Buffer.concat([images.png, Buffer.alloc(longestImage)]), 'logo-too-large'],
  ['more pixels than a screen has', sized(2_001), 'logo-sides'],
  ['no pixels', sized(0), 'logo-sides'],
])('%s is refused', async (_, file, refusal) => {
  const bytes = typeof file === 'string' ? Buffer.from(file, 'latin1') : file
  expect(await refusalOf(changeLogo(root, bytes))).toBe(refusal)
  expect(await shown()).toBeNull()
})
