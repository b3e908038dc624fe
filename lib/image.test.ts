import fc from 'fast-check'
import { expect, test } from 'vitest'
import { imageFacts } from './image'
import { images } from './testing/images'

test.each(Object.entries(images))('%s says what it is and how large', (name, bytes) => {
  const type = name.endsWith('Webp') ? 'image/webp' : `image/${name}`
  expect(imageFacts(bytes)).toEqual({ type, width: 6, height: 4 })
})

test.each(Object.entries(images))('%s that breaks off in its head is no image', (_, bytes) => {
  expect(imageFacts(bytes.subarray(0, 9))).toBeNull()
})

test.each([
  '',
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'GIF89a',
  'GIF88a\x06\0\x04\0',
  '\xff\xd8\xff\xe0\0\0',
  '\xff\xd8\xff\xe0\0\x01',
])('%j is no image', text => {
  expect(imageFacts(Buffer.from(text, 'latin1'))).toBeNull()
})

test('whatever follows the first bytes, there is an answer', () => {
  const heads = Object.values(images).map(bytes => bytes.subarray(0, 16))
  fc.assert(
    fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }), (head, rest) => {
      imageFacts(Buffer.concat([head, rest]))
    }),
  )
})
