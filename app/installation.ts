import { cache } from 'react'
import { installationDefaults, readInstallation } from '@/domain/settings/installation'

/** What is set for the installation, for what must not go by defaults. */
export const settledInstallation = cache(() => readInstallation())

/** What is set for the installation. A page that says "the database is away" must not need the database. */
export const installation = () => settledInstallation().catch(() => installationDefaults)
