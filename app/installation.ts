import { cache } from 'react'
import { installationDefaults, readInstallation } from '@/domain/settings/installation'

/** What is set for the installation. A page that says "the database is away" must not need the database. */
export const installation = cache(() => readInstallation().catch(() => installationDefaults))
