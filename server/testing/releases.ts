// Databases of released versions, see scripts/release-dump.ts. Nothing in them is anybody's, so their keys may be known.
import path from 'node:path'

export const releases = path.join('server', 'testing', 'releases')
export const releasePassphrase = 'nothing in here is secret'
export const releaseKeys = `k1:${Buffer.alloc(32, 'release').toString('base64')}`
