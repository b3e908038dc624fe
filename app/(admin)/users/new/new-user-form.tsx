'use client'

import { LinkButton, SubmitButton } from '@/components/button'
import { type Option, RadioField, SelectField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { buttonClasses } from '@/components/looks'
import { Section } from '@/components/section'
import { LinkToHandOver } from '../link-to-hand-over'
import { type AddedUser, addUserAction } from './actions'
import { PlaceFields, type PlaceLabels, type Tenant } from './place-fields'

type Labels = PlaceLabels &
  Record<
    | 'person'
    | 'personText'
    | 'email'
    | 'firstName'
    | 'lastName'
    | 'language'
    | 'languageHelp'
    | 'permissions'
    | 'permissionsText'
    | 'invitation'
    | 'how'
    | 'mail'
    | 'mailHelp'
    | 'link'
    | 'linkHelp'
    | 'submit'
    | 'activationLink'
    | 'copy'
    | 'toUser'
    | 'another',
    string
  >

type Props = {
  roles: Option[]
  tenants: Tenant[]
  choosesTenant: boolean
  languages: Option[]
  /** What is chosen unless somebody chooses */
  language: string
  labels: Labels
}

export function NewUserForm({ roles, tenants, choosesTenant, languages, language, labels }: Props) {
  return (
    <Form action={addUserAction}>
      {({ data }) =>
        data ? (
          <Added {...data} labels={labels} />
        ) : (
          <>
            <Section title={labels.person} description={labels.personText}>
              <TextField name="email" label={labels.email} type="email" autoComplete="off" required />
              <div className="grid gap-5 sm:grid-cols-2">
                <TextField name="firstName" label={labels.firstName} autoComplete="off" optional />
                <TextField name="lastName" label={labels.lastName} autoComplete="off" optional />
              </div>
              <SelectField
                name="locale"
                label={labels.language}
                help={labels.languageHelp}
                options={languages}
                defaultValue={language}
                width="medium"
              />
            </Section>
            <Section title={labels.permissions} description={labels.permissionsText}>
              <PlaceFields roles={roles} tenants={tenants} choosesTenant={choosesTenant} labels={labels} />
            </Section>
            <Section title={labels.invitation}>
              <RadioField
                name="invitation"
                label={labels.how}
                defaultValue="mail"
                options={[
                  { value: 'mail', label: labels.mail, help: labels.mailHelp },
                  { value: 'link', label: labels.link, help: labels.linkHelp },
                ]}
              />
            </Section>
            <SubmitButton>{labels.submit}</SubmitButton>
          </>
        )
      }
    </Form>
  )
}

/** The user is there; what is left is to hand the link over. */
function Added({ userId, shown, labels }: AddedUser & { labels: Labels }) {
  return (
    <>
      <LinkToHandOver shown={shown} labels={{ link: labels.activationLink, copy: labels.copy }} />
      <div className="flex flex-wrap gap-2">
        {/* Not a link of the router: it would stay on this page, with the old outcome. */}
        <a href="/users/new" className={buttonClasses('primary')}>
          {labels.another}
        </a>
        <LinkButton href={`/users/${userId}`}>{labels.toUser}</LinkButton>
      </div>
    </>
  )
}
