// The installation as a declaration: what an operator starts from who has clicked so far. Secrets are named, not told.
import { Document } from 'yaml'
import { formFields } from '@/domain/mail-server/form-fields'
import { presetOf } from '@/domain/mail-server/presets'
import { listMailServers } from '@/domain/mail-server/servers'
import { factsOf, installationDefaults, readInstallation } from '@/domain/settings/installation'
import { plainSettings } from '@/domain/smtp/settings'
import { listTenants, readTenant } from '@/domain/tenancy/tenants'
import { installationItself } from '@/domain/viewer'

/** @returns YAML that `LATCHKEY_CONFIG` takes once the files with secrets are there */
export async function exportDeclaration(): Promise<string> {
  const viewer = installationItself()
  const tenants = await listTenants(viewer)
  const declaration = {
    settings: await changedSettings(),
    mailServers: (await listMailServers(viewer))
      .filter(({ builtin, role }) => !builtin && role !== 'unsaved')
      .map(fieldsOf),
    tenants: await Promise.all(
      tenants.map(async ({ id, name, locale }) => {
        const customers = (await readTenant(viewer, id)).customers.map(customer => customer.name)
        return { name, ...(locale && { locale }), ...(customers.length > 0 && { customers }) }
      }),
    ),
  }
  const document = new Document(
    Object.fromEntries(Object.entries(declaration).filter(([, value]) => Object.keys(value).length > 0)),
  )
  document.commentBefore = ' Put each secret into the file that is named for it, readable for Latchkey alone.'
  return document.toString({ lineWidth: 0 })
}

async function changedSettings(): Promise<Record<string, unknown>> {
  const [now, usual] = [await readInstallation(), factsOf(installationDefaults)]
  return Object.fromEntries(
    Object.entries(now)
      .filter(([field, value]) => String(value) !== usual[field])
      .map(([field, value]) => [field, field.endsWith('Domains') ? String(value).split('\n') : value]),
  )
}

type Listed = Awaited<ReturnType<typeof listMailServers>>[number]

/** The fields that say more than the provider's preset, or than a server that asks for nothing. */
function fieldsOf({ name, version: { settings, stored } }: Listed): Record<string, string | number> {
  const preset = presetOf(settings.provider)
  const usual: Record<string, string> = {
    ...formFields('', { ...plainSettings({ host: '', port: 0 }), mailFrom: '' }),
    ...(preset.id !== 'custom' && { host: preset.host, username: preset.username ?? '' }),
    port: preset.id === 'custom' ? '' : String(preset.port),
    encryption: preset.id === 'custom' ? '' : preset.encryption,
    authentication: settings.username ? 'password' : 'none',
    // What a proxy has is said where there is one.
    useProxy: settings.proxy ? 'on' : '',
  }
  const said = Object.entries(formFields(name, settings)).filter(([field, text]) => text !== usual[field])
  const file = (secret: string) =>
    `secrets/${name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}-${secret.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
  return {
    ...Object.fromEntries(said.map(([field, text]) => [field, field.endsWith('ort') ? Number(text) : text])),
    ...Object.fromEntries(stored.map(secret => [`${secret}File`, file(secret)])),
  }
}
