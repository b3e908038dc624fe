import type { RuleWords } from '@/components/password-rules'
import type { PasswordRules } from '@/domain/settings/password-rules'
import { signKinds } from '@/lib/sign-kinds'

/**
 * The rules of a password in words.
 * @param t the texts of `passwordRules` @param first whether there is none before it that it could repeat
 * @param ofOther whether somebody else chooses it
 */
export function ruleWords(
  {
    minimumLength,
    signKinds: kinds,
    rememberedPasswords,
  }: Pick<PasswordRules, 'minimumLength' | 'signKinds' | 'rememberedPasswords'>,
  t: (key: string, values?: Record<string, number>) => string,
  { first = false, ofOther = false } = {},
): RuleWords {
  return {
    rules: [
      { text: t('length', { length: minimumLength }), least: minimumLength },
      ...(kinds > 0 ? [{ text: t('kinds', { kinds }), least: kinds, kinds: signKinds }] : []),
      ...(rememberedPasswords > 0 && !first
        ? [{ text: t('remembered', { count: rememberedPasswords }) }]
        : []),
      { text: t(ofOther ? 'commonOfOther' : 'common') },
    ],
    met: ` (${t('met')})`,
    missing: t('missing'),
    all: t('all'),
  }
}
