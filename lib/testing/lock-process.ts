// Holds a folder until it is killed, for the tests of the lock: `lock-process.ts FOLDER BEAT`.
import { lockFolder } from '../folder-lock'

try {
  await lockFolder(process.argv[2] ?? '', Number(process.argv[3]))
  console.log('holds it')
  setInterval(() => {}, 60_000)
} catch (error) {
  console.log(error instanceof Error && error.name === 'StartRefused' ? error.message : error)
  process.exit(1)
}
