import { expect, it } from 'vitest'
import { noteUntrustedForwarder, untrustedForwarders } from './forwarders'

it('an untrusted proxy is known for an hour, and strangers cannot fill the list', () => {
  noteUntrustedForwarder('10.0.0.1', 0)
  noteUntrustedForwarder('10.0.0.1', 1_000)
  expect(untrustedForwarders(3_599_999)).toEqual(['10.0.0.1'])
  expect(untrustedForwarders(3_600_000)).toEqual([])
  for (let host = 0; host < 1_000; host++) noteUntrustedForwarder(`203.0.113.${host}`, 4_000_000)
  expect(untrustedForwarders(4_000_000)).toHaveLength(20)
})
