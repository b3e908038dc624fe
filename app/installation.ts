import { cache } from 'react'
import { installationDefaults, readInstallationAndLogo } from '@/domain/settings/installation'

const settled = cache(() => readInstallationAndLogo())

/** What is set for the installation, for what must not go by defaults. */
export const settledInstallation = async () => (await settled()).settings

/** The same and the logo. A page that says "the database is away" must not need the database. */
export const installationAndLogo = () =>
  settled().catch(() => ({ settings: installationDefaults, logo: null }))

/** What is set for the installation, in the same way. */
export const installation = async () => (await installationAndLogo()).settings

/** What pages show in the place of the key; null where no logo is set. */
export const installationLogo = async () => (await installationAndLogo()).logo
