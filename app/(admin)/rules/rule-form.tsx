'use client'

import { useTranslations } from 'next-intl'
import { SubmitButton } from '@/components/button'
import { CheckboxField, SelectField, TextAreaField, TextField } from '@/components/fields'
import { Fold } from '@/components/fold'
import { Form, type FormAction } from '@/components/form'
import { Section } from '@/components/section'
import { TextLink } from '@/components/text-link'
import type { Tried } from './actions'
import type { RuleValues } from './rule-values'
import { Trials } from './trials'
import { type AlarmChoice, TriedAlarmFields } from './tried-alarm-fields'

type Props = {
  action: FormAction<Tried>
  rule: RuleValues
  tenantId?: string
  severities: readonly string[]
  customers: { id: string; name: string }[]
  /** Whether the tenant chooses by whose servers its mails go */
  mailServers: boolean
  imagesHref: string
  languages: { value: string; label: string }[]
  alarms: AlarmChoice[]
}

/** Which alarms, to whom, what, and how many: a rule as it is written, and tried before it is saved. */
export function RuleForm({ action, rule, tenantId, severities, customers, alarms, ...rest }: Props) {
  const { mailServers, imagesHref, languages } = rest
  const t = useTranslations('rules')
  const { settings } = rule
  const lines = (all: readonly string[]) => all.join('\n')
  const number = (value: number) => (value === 0 ? '' : String(value))
  return (
    <Form action={action} keepWhenDone>
      {state => (
        <>
          {rule.id && <input type="hidden" name="id" value={rule.id} />}
          {tenantId && <input type="hidden" name="tenantId" value={tenantId} />}
          <Section title={t('which')} description={t('whichText')}>
            <TextField
              name="name"
              label={t('name')}
              width="medium"
              autoComplete="off"
              defaultValue={rule.name}
              required
            />
            <fieldset className="space-y-2">
              <legend className="mb-1.5 font-medium text-sm">{t('severity')}</legend>
              <div className="flex flex-wrap gap-x-5 gap-y-2">
                {severities.map(severity => (
                  <CheckboxField
                    key={severity}
                    name={`severity-${severity}`}
                    label={t(`severities.${severity}`)}
                    defaultChecked={settings.severities.some(one => one === severity)}
                  />
                ))}
              </div>
              <p className="text-muted text-sm">{t('severityHelp')}</p>
            </fieldset>
            <TextAreaField
              name="filter"
              label={t('filter')}
              help={t('filterHelp')}
              defaultValue={settings.filter}
              rows={3}
              mono
              optional
              spellCheck={false}
            />
            <Fold
              summary={t('more')}
              open={settings.types.length + settings.originators.length > 0}
              fields={['types', 'originators', 'customerId']}
            >
              <TextAreaField
                name="types"
                label={t('types')}
                help={t('linesHelp')}
                defaultValue={lines(settings.types)}
                rows={3}
                optional
              />
              <TextAreaField
                name="originators"
                label={t('originators')}
                help={t('linesHelp')}
                defaultValue={lines(settings.originators)}
                rows={3}
                optional
              />
              <SelectField
                name="customerId"
                label={t('customer')}
                width="medium"
                defaultValue={settings.customerId ?? ''}
                options={[
                  { value: '', label: t('anyCustomer') },
                  ...customers.map(({ id, name }) => ({ value: id, label: name })),
                ]}
              />
            </Fold>
          </Section>
          <Section title={t('whom')}>
            <TextAreaField
              name="recipients"
              label={t('recipients')}
              help={t('recipientsHelp')}
              defaultValue={lines(settings.recipients)}
              rows={4}
              required
              spellCheck={false}
            />
            <Fold
              summary={t('moreRecipients')}
              open={settings.cc.length + settings.bcc.length > 0}
              fields={['cc', 'bcc', 'replyTo']}
            >
              <TextAreaField name="cc" label={t('cc')} defaultValue={lines(settings.cc)} rows={2} optional />
              <TextAreaField
                name="bcc"
                label={t('bcc')}
                defaultValue={lines(settings.bcc)}
                rows={2}
                optional
              />
              <TextField
                name="replyTo"
                label={t('replyTo')}
                width="medium"
                defaultValue={settings.replyTo}
                optional
              />
            </Fold>
            {mailServers ? (
              <SelectField
                name="mailServer"
                label={t('mailServer')}
                help={t('mailServerHelp')}
                width="medium"
                defaultValue={settings.mailServer ?? ''}
                options={[
                  { value: settings.mailServer === 'own' ? 'own' : '', label: t('mailServers.own') },
                  { value: 'system', label: t('mailServers.system') },
                ]}
              />
            ) : (
              <input type="hidden" name="mailServer" value={settings.mailServer ?? ''} />
            )}
          </Section>
          <Section title={t('what')} description={t('whatText')}>
            <TextField name="subject" label={t('subject')} defaultValue={settings.subject} optional />
            <TextAreaField
              name="body"
              label={t('body')}
              help={t('bodyHelp')}
              defaultValue={settings.body}
              rows={8}
              optional
            />
            <Fold
              summary={t('moreContent')}
              open={settings.html !== ''}
              fields={['html', 'locale', 'timeZone']}
            >
              <TextAreaField
                name="html"
                label={t('html')}
                help={t('htmlHelp')}
                defaultValue={settings.html}
                rows={8}
                mono
                optional
                spellCheck={false}
              />
              <TextLink href={imagesHref} target="_blank">
                {t('toImages')}
              </TextLink>
              <SelectField
                name="locale"
                label={t('language')}
                help={t('languageHelp')}
                width="medium"
                defaultValue={settings.locale ?? ''}
                options={[{ value: '', label: t('usualLanguage') }, ...languages]}
              />
              <TextField
                name="timeZone"
                label={t('timeZone')}
                help={t('timeZoneHelp')}
                width="medium"
                defaultValue={settings.timeZone ?? ''}
                optional
              />
            </Fold>
          </Section>
          <Section title={t('howMany')} description={t('howManyText')}>
            {(
              [
                ['repeatMinutes', 'repeatHelp'],
                ['digestMinutes', 'digestHelp'],
                ['perHour', 'perHourHelp'],
                ['reminderMinutes', 'reminderHelp'],
              ] as const
            ).map(([name, help]) => (
              <TextField
                key={name}
                name={name}
                label={t(name)}
                help={t(help)}
                width="short"
                inputMode="numeric"
                defaultValue={number(settings[name])}
              />
            ))}
            <CheckboxField name="cleared" label={t('cleared')} defaultChecked={settings.cleared} />
            <div className="flex flex-wrap gap-5">
              {(['quietFrom', 'quietTo'] as const).map(name => (
                <TextField
                  key={name}
                  name={name}
                  label={t(name)}
                  width="short"
                  type="time"
                  defaultValue={settings[name]}
                />
              ))}
            </div>
            <p className="text-muted text-sm">{t('quietHelp')}</p>
          </Section>
          <SubmitButton name="intent" value="save">
            {t('save')}
          </SubmitButton>
          <Section title={t('try.section')} description={t('try.text')}>
            <TriedAlarmFields alarms={alarms} />
            <div className="flex flex-wrap gap-2">
              <SubmitButton name="intent" value="try" variant="secondary">
                {t('try.submit')}
              </SubmitButton>
              <SubmitButton name="intent" value="send" variant="secondary">
                {t('try.send')}
              </SubmitButton>
            </div>
            {state.status === 'done' && state.data && <Trials tried={state.data} />}
          </Section>
        </>
      )}
    </Form>
  )
}
