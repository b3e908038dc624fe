// A baseline: better-auth on the same PostgreSQL, with the mails that it asks for in a table.
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'

const port = Number(process.env.PORT)
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
await pool.query('CREATE TABLE mail (id bigserial PRIMARY KEY, recipient text NOT NULL, url text NOT NULL)')
const options = {
  database: pool,
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'x'.repeat(32),
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  logger: { disabled: true },
  emailAndPassword: {
    enabled: true,
    sendResetPassword: async ({ user, url }) => {
      await pool.query('INSERT INTO mail (recipient, url) VALUES ($1, $2)', [user.email, url])
    },
  },
}
const { runMigrations } = await getMigrations(options)
await runMigrations()
const auth = betterAuth(options)
for (let number = 0; number < 20; number++)
  await auth.api.signUpEmail({
    body: { email: `user.${number}@example.org`, password: 'a good long password', name: 'Anna' },
  })
createServer(toNodeHandler(auth)).listen(port, '127.0.0.1')
