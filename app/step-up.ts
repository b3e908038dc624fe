// Asks who it is before a form does what an open browser must not be enough for (`requireFreshProof`).
import { getTranslations } from 'next-intl/server'
import { codeField, ownFactors } from '@/domain/accounts/factor'
import { proveWithPasskey } from '@/domain/accounts/passkey-proof'
import { givenPasswordField } from '@/domain/accounts/password'
import { prove } from '@/domain/accounts/proof'
import type { Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import type { FormState } from '@/lib/form-state'
import { type ProofQuestion, proofNames, typedSecretsIn } from '@/lib/proof-question'
import { Refusal } from '@/lib/refusal'
import { ownPerson, renewCookie } from './auth'

/** How a form ends that does nothing yet. */
type Unfinished = { status: 'refused' } & Pick<FormState<never>, 'message' | 'fields' | 'proof'>

/**
 * Takes the answer to the question, if the form was sent with one.
 * @returns the viewer, who has just proved who they are, or what is wrong with the answer
 */
export async function takeProof(viewer: Viewer, formData: FormData): Promise<Viewer | Unfinished> {
  const own = formData.has(proofNames.given) ? await ownPerson() : null
  if (!own) return viewer
  const answer = (name: string) => String(formData.get(name) ?? '')
  const typedSecrets = answer(proofNames.typedSecrets).split(' ').filter(Boolean)
  try {
    const [passkey, password, code] = [proofNames.passkey, proofNames.password, proofNames.code].map(answer)
    if (passkey) await renewCookie(await proveWithPasskey(own, passkey))
    else await renewCookie(await prove(own, ...(await checked(own, password ?? '', code ?? ''))))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { field, values } = error.options
    const at = field === 'secretCode' ? proofNames.code : field && proofNames.password
    // What was left empty, or what is wrong with what was given.
    const [invalid, refusals] = [await getTranslations('invalid'), await getTranslations('refusals')]
    const sentence = (field && invalid.has(error.code) ? invalid : refusals)(error.code, values)
    const proof = { ...(await questionFor(own, formData)), typedSecrets }
    return { status: 'refused', ...(at ? { fields: { [at]: sentence } } : { message: sentence }), proof }
  }
  // Without JavaScript they went with the question.
  const missing = typedSecrets.filter(name => answer(name) === '')
  if (missing.length === 0) return { ...viewer, provedAt: now() }
  const sentence = (await getTranslations('components.proof'))('typeAgain')
  return { status: 'refused', fields: Object.fromEntries(missing.map(name => [name, sentence])) }
}

/** Does what a form was sent for; asks first where the proof is too old. */
export async function orAsk<Done>(formData: FormData, run: () => Promise<Done>): Promise<Done | Unfinished> {
  try {
    return await run()
  } catch (error) {
    const own = error instanceof Refusal && error.code === 'prove-yourself' ? await ownPerson() : null
    if (!own) throw error
    const message = (await getTranslations('refusals'))('prove-yourself')
    return { status: 'refused', message, proof: await questionFor(own, formData) }
  }
}

async function questionFor(own: Viewer, formData: FormData): Promise<ProofQuestion> {
  const { factors } = await ownFactors(own)
  const passkey = factors.some(({ kind }) => kind === 'passkey')
  return {
    email: own.email,
    withCode: factors.length > 0,
    passkeyFrom: passkey ? '/profile/security/passkey/proof' : null,
    typedSecrets: typedSecretsIn(formData),
  }
}

/** @throws Refusal at the field that is empty */
async function checked(own: Viewer, password: string, code: string): Promise<[string, string]> {
  const wrong = givenPasswordField.safeParse(password).error?.issues[0]?.message
  if (wrong) throw new Refusal(wrong, { field: 'currentPassword' })
  if ((await ownFactors(own)).factors.length === 0) return [password, '']
  const { data, error } = codeField.safeParse(code)
  if (data !== undefined) return [password, data]
  throw new Refusal(error?.issues[0]?.message ?? 'wrong', { field: 'secretCode' })
}
