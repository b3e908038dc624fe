'use client'

import { useEffect } from 'react'
import { PasswordRules, type RuleWords } from './password-rules'
import { previewRules } from './preview-rules'

/** The rules of a password below its field, marked while it is typed. */
export function LivePasswordRules(words: RuleWords) {
  useEffect(previewRules, [])
  return <PasswordRules {...words} />
}
