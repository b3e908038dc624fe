import { cache } from 'react'
import { installationDefaults, readInstallationAndLogo } from '@/domain/settings/installation'

/** What is set for the installation, for what must not go by defaults. */
export const settledInstallation = async () => (await settled()).settings

const settled = cache(() => readInstallationAndLogo())

/** What is set for the installation. A page that says "the database is away" must not need the database. */
export const installation = () => settledInstallation().catch(() => installationDefaults)

/** What pages show in the place of the key; null where no logo is set. */
export const installationLogo = () =>
  settled().then(
    ({ logo }) => logo,
    () => null,
  )
