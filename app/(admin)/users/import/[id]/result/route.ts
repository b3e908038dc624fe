import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { importResult, type ResultLine } from '@/domain/accounts/user-import'
import { byteOrderMark, csvLine, streamOf } from '@/lib/csv'
import { found, idIn } from '../../../../found'
import { problemWords } from '../../problem-words'

/**
 * What became of each line of the viewer's own file, as a file with all that stood in it. It tells them nothing that
 * they have not brought themselves, so taking it is not recorded, and it is a link.
 */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const viewer = await requireViewer()
  const { head, lines } = await found(importResult(viewer, await idIn(params)))
  const t = await getTranslations('users.import.result')
  const words = await problemWords()
  const width = head.length
  const lineOf = ({ cells, number, result, ...line }: ResultLine) => {
    const filled = Array.from({ length: width }, (_, at) => cells[at] ?? '')
    return csvLine([...filled, number, t(result), words(line)])
  }
  return new Response(
    streamOf(byteOrderMark + csvLine([...head, t('line'), t('result'), t('problem')]), lines, lineOf),
    {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="import-result.csv"',
        'Cache-Control': 'no-store, no-transform',
        'X-Content-Type-Options': 'nosniff',
      },
    },
  )
}
