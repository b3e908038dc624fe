import { useEffect, useState } from 'react'

/** How many whole seconds have gone by since `step` has changed last. */
export function useRunningSeconds(step: number): number {
  const [known, setKnown] = useState({ step, seconds: 0 })
  useEffect(() => {
    const began = performance.now()
    const timer = setInterval(
      () => setKnown({ step, seconds: Math.floor((performance.now() - began) / 1000) }),
      1000,
    )
    return () => clearInterval(timer)
  }, [step])
  return known.step === step ? known.seconds : 0
}
