import type { Tone } from '@/components/tone'
import type { UserImport } from '@/generated/prisma/client'

export type ImportState = 'checked' | 'running' | 'ended' | 'undone'

export function stateOf({
  importedAt,
  endedAt,
  undoneAt,
}: Pick<UserImport, 'importedAt' | 'endedAt' | 'undoneAt'>): ImportState {
  if (!importedAt) return 'checked'
  if (!endedAt) return 'running'
  return undoneAt ? 'undone' : 'ended'
}

export const toneOf = {
  checked: 'neutral',
  running: 'info',
  ended: 'success',
  undone: 'neutral',
} satisfies Record<ImportState, Tone>
