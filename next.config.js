import createNextIntlPlugin from 'next-intl/plugin'

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  // The same source is the same build, wherever it is made: see scripts/prepare.mjs.
  generateBuildId: () => process.env.LATCHKEY_BUILD ?? null,
  // Not guessed from what lies in the folders above, or the names of actions would depend on it.
  turbopack: { root: import.meta.dirname },
  // No picture goes through Next, so nothing that works on pictures comes along.
  images: { unoptimized: true },
  // Types and rules are checked by `npm run check`; a second time here would only slow the first start.
  typescript: { ignoreBuildErrors: true },
  // These run as plain Node packages: they load WebAssembly or native code, or bring a React of their own.
  serverExternalPackages: [
    '@electric-sql/pglite',
    '@node-rs/argon2',
    '@prisma/adapter-pg',
    '@prisma/client',
    '@prisma/driver-adapter-utils',
    '@prisma/schema-engine-wasm',
    'mailauth',
    'mailparser',
    'nodemailer',
    'pg',
    'pg-boss',
    'pglite-prisma-adapter',
    'pino',
    'react-email',
    'smtp-server',
  ],
}

export default createNextIntlPlugin('./app/i18n.ts')(config)
