'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { ruleWords } from '@/app/password-rule-words'
import { FieldLayout, fieldAria } from '@/components/field-layout'
import { useForm } from '@/components/form-context'
import { LivePasswordRules } from '@/components/live-password-rules'
import { controlClasses } from '@/components/looks'
import type { PasswordRules } from '@/domain/settings/password-rules'

/** The rules that people see where they choose a password. */
export type SeenRules = Pick<PasswordRules, 'minimumLength' | 'signKinds' | 'rememberedPasswords'>

const usual: SeenRules = { minimumLength: 8, signKinds: 0, rememberedPasswords: 0 }
const id = 'tried-password'

/**
 * Stands inside a form of rules and shows what people will see, as the form is filled in, with a field to try a
 * password: it has no name, so it is never sent. It needs a script, and is not there without one.
 * @param least what holds whatever the form says
 */
export function RulesPreview({ least = usual }: { least?: SeenRules }) {
  const { form } = useForm()
  const t = useTranslations('passwordRules')
  const [rules, setRules] = useState<SeenRules>()
  const tried = useRef<HTMLInputElement>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the rules that hold anyway do not change in a page
  useEffect(() => {
    const element = form.current
    if (!element) return
    const read = () => setRules(rulesIn(new FormData(element), least))
    read()
    element.addEventListener('input', read)
    return () => element.removeEventListener('input', read)
  }, [form])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was tried is judged by other rules now
  useEffect(() => {
    tried.current?.dispatchEvent(new Event('input'))
  }, [rules])

  if (!rules) return null
  const help = <LivePasswordRules {...ruleWords(rules, t)} />
  return (
    <div className="space-y-3 rounded-md border border-line border-dashed p-4">
      <p className="text-muted text-sm">{t('preview')}</p>
      <FieldLayout id={id} label={t('try')} help={help}>
        <input
          ref={tried}
          id={id}
          {...fieldAria(id, help, undefined)}
          type="text"
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
          className={controlClasses}
        />
      </FieldLayout>
    </div>
  )
}

/** What the form says, where it says something that can be. */
const rulesIn = (form: FormData, least: SeenRules): SeenRules => {
  const stricter = (rule: keyof SeenRules, most: number) => {
    const number = Number(form.get(rule))
    return Number.isInteger(number) && number <= most ? Math.max(number, least[rule]) : least[rule]
  }
  return {
    minimumLength: stricter('minimumLength', 128),
    signKinds: stricter('signKinds', 4),
    rememberedPasswords: stricter('rememberedPasswords', 10),
  }
}
