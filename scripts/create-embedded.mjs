// Makes the files of a new embedded database in the folder that is named, and ends. See lib/embedded.ts.
import { PGlite } from '@electric-sql/pglite'

const database = await PGlite.create(process.argv[2])
await database.close()
