// A worker as a process of its own, for tests that kill it. Its settings come from the environment.
import { boot } from '../boot'

try {
  const running = await boot({ worker: true, web: false })
  process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)))
  console.log('ready')
} catch (error) {
  console.error(error instanceof Error && error.name === 'StartRefused' ? error.message : error)
  process.exit(1)
}
