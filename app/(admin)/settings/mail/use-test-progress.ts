import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import type { PanelTest } from './test-panel'
import type { TestProgressView } from './test-view'

/**
 * Watches a test.
 * @param known what came with the page of it, or of another one
 */
export function useTestProgress(testId: string | null, known: PanelTest | null): PanelTest | null {
  const router = useRouter()
  const [told, setTold] = useState<PanelTest | null>(known)
  const ended = Boolean(told?.id === testId && told?.progress?.test)
  useEffect(() => {
    if (!testId || ended) return
    const events = new EventSource(`/api/test-mails/${testId}`)
    events.onmessage = ({ data }) => {
      const progress: TestProgressView = JSON.parse(data)
      setTold({ id: testId, progress })
      if (!progress.test) return
      events.close()
      // The list and the history know of it too.
      router.refresh()
    }
    // A connection that breaks off is made anew by the browser: what it tells begins with all that is known.
    return () => events.close()
  }, [testId, ended, router])
  if (!testId) return null
  return told?.id === testId ? told : { id: testId, progress: null }
}
