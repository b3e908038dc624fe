import { expect, it } from 'vitest'
import { importColumns, languageIn, mapColumns, roleIn } from './import-columns'
import { exportedColumns } from './user-export'

it.each([
  [['email', 'firstName', 'lastName', 'role', 'tenant', 'customer', 'language']],
  [['E-Mail', 'Vorname', 'Nachname', 'Rolle', 'Mandant', 'Kunde', 'Sprache']],
  [['E-Mail-Adresse', 'VORNAME', 'Familienname', 'Benutzerrolle', 'Organisation', 'Kundenname', 'Locale']],
  [[' e mail ', 'First name', 'last_name', 'User Role', 'Tenant name', 'CUSTOMER', 'Language']],
])('%j are all columns there are', head => {
  expect(mapColumns(head)).toEqual({
    columns: Object.fromEntries(importColumns.map((column, at) => [column, at])),
    ignored: [],
    secret: [],
  })
})

it('the order is free, and what is not recognised or there twice is ignored', () => {
  expect(mapColumns(['Phone', 'Surname', 'Email', '', 'Mail', 'Passwort'])).toEqual({
    columns: { lastName: 1, email: 2 },
    ignored: ['Phone', 'Mail', 'Passwort'],
    secret: [5],
  })
})

it('the exported file is known again', () => {
  const { columns, ignored } = mapColumns(exportedColumns)
  expect(Object.keys(columns)).toEqual([...importColumns])
  expect(ignored).toEqual(['state', 'lastSignIn', 'added'])
})

it.each([
  ['system_administrator', 'system_administrator'],
  ['System administrator', 'system_administrator'],
  ['Systemverwaltung', 'system_administrator'],
  ['Mandantenverwaltung', 'tenant_administrator'],
  ['TENANT-ADMIN', 'tenant_administrator'],
  ['customer_user', 'customer_user'],
  ['Kundenbenutzer', 'customer_user'],
  ['boss', undefined],
  ['', undefined],
])('%j is the role %s', (text, role) => expect(roleIn(text)).toBe(role))

it.each([
  ['de', 'de'],
  ['Deutsch', 'de'],
  ['de-AT', 'de'],
  [' EN_gb ', 'en'],
  ['German', 'de'],
  ['fr', undefined],
  ['delta', undefined],
])('%j is the language %s', (text, language) => expect(languageIn(text)).toBe(language))
