'use client'

import { useEffect, useState } from 'react'
import { LinkButton, SubmitButton } from '@/components/button'
import { type Option, PasswordField, RadioField, SelectField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { useForm } from '@/components/form-context'
import { LivePasswordRules } from '@/components/live-password-rules'
import { buttonClasses } from '@/components/looks'
import type { RuleWords } from '@/components/password-rules'
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
    | 'password'
    | 'passwordHelp'
    | 'initialPassword'
    | 'moreByTenant'
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
  /** Of an initial password */
  rules: RuleWords
  labels: Labels
}

export function NewUserForm({ roles, tenants, choosesTenant, languages, language, rules, labels }: Props) {
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
              <WayIn rules={rules} labels={labels} />
            </Section>
            <SubmitButton>{labels.submit}</SubmitButton>
          </>
        )
      }
    </Form>
  )
}

/** How the person gets in. The password is there from the start; a script hides it until it is wanted. */
function WayIn({ rules, labels }: Pick<Props, 'rules' | 'labels'>) {
  const { form } = useForm()
  const [way, setWay] = useState('')
  const chosen = () => {
    const choice = form.current && new FormData(form.current).get('invitation')
    setWay(typeof choice === 'string' ? choice : 'mail')
  }
  // What was chosen before this script ran, or what the browser put back, counts.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, on what the page holds
  useEffect(chosen, [])
  return (
    <>
      <RadioField
        name="invitation"
        label={labels.how}
        defaultValue="mail"
        onValueChange={setWay}
        options={[
          { value: 'mail', label: labels.mail, help: labels.mailHelp },
          { value: 'link', label: labels.link, help: labels.linkHelp },
          { value: 'password', label: labels.password, help: labels.passwordHelp },
        ]}
      />
      <div hidden={way !== '' && way !== 'password'}>
        <PasswordField
          name="initialPassword"
          label={labels.initialPassword}
          help={
            <>
              <LivePasswordRules {...rules} />
              {labels.moreByTenant && <p className="mt-1">{labels.moreByTenant}</p>}
            </>
          }
          autoComplete="new-password"
        />
      </div>
    </>
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
