// Makes the installation what it is declared as. It happens at each start, and changes nothing where nothing changed.
import path from 'node:path'
import { declareMailServers } from '@/domain/mail-server/declared-servers'
import { declareSettings } from '@/domain/settings/installation'
import { declareTenants } from '@/domain/tenancy/declared-tenants'
import { log } from '@/lib/log'
import { Refusal } from '@/lib/refusal'
import { StartRefused } from '@/lib/start-refused'
import { sentenceOf } from '../sentence'
import type { Declared } from './config-file'

/** @throws StartRefused where what is declared is refused by what there is, such as a name that is taken */
export async function applyDeclared({ file, settings, mailServers, tenants }: Declared): Promise<void> {
  const by = file ? path.basename(file) : 'MAIL_SERVER_URL'
  try {
    await declareSettings(by, settings)
    await declareTenants(by, tenants)
    const servers = await declareMailServers(by, mailServers)
    if (servers.length > 0)
      log.warn(
        { servers },
        'These mail servers are declared no longer: they are switched off, and can be changed by hand.',
      )
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new StartRefused(`${by}: ${await sentenceOf(error.code, error.options.values)}`)
  }
}
