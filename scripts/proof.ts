// `npm run proof`: what is shown by figures rather than by a test. One JSON line each on stdout, everything else on
// stderr. See docs/performance.md.

import { type Groups, runGroups } from '@/bench/groups'

const groups: Groups = {
  backup: async () => (await import('@/proof/backup')).proveBackup,
  enumeration: async () => (await import('@/proof/enumeration')).proveEnumeration,
  fuzz: async () => (await import('@/proof/fuzz')).proveFuzz,
  release: async () => (await import('@/proof/release')).proveRelease,
  upgrade: async () => (await import('@/proof/upgrade')).proveUpgrade,
  migrations: async () => (await import('@/proof/migrations')).proveMigrations,
  lighthouse: async () => (await import('@/proof/lighthouse')).proveLighthouse,
}

await runGroups(groups, process.argv.slice(2))
