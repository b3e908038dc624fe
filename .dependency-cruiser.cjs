// Imports run one way: app → components, domain → emails, lib. See the layout in README.md.
const only = (name, from, ...to) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$|/testing/' },
  to: { path: '^(app|components|domain|emails|lib|prisma|scripts|e2e)/', pathNot: [from, ...to] },
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('lib-knows-nothing-above-it', '^lib/'),
    only('components-know-no-domain', '^components/', '^lib/'),
    only('emails-know-no-domain', '^emails/', '^lib/'),
    only(
      'viewer-and-audit-are-at-the-bottom',
      '^domain/(viewer|audit/)',
      '^domain/viewer',
      '^domain/audit/',
      '^lib/',
    ),
    only('mail-server-knows-no-queue', '^domain/mail-server/', '^domain/(audit/|viewer)', '^lib/'),
    only(
      'deliverability-knows-no-queue',
      '^domain/deliverability/',
      '^domain/(audit/|mail-server/|viewer)',
      '^lib/',
    ),
    only(
      'outbox-knows-no-accounts',
      '^domain/outbox/',
      '^domain/(audit/|deliverability/|mail-server/|viewer)',
      '^emails/',
      '^lib/',
    ),
    only('tenancy-stands-alone', '^domain/tenancy/', '^domain/(audit/|viewer)', '^lib/'),
    only('inbox-stands-alone', '^domain/inbox/', '^domain/viewer', '^lib/'),
    only('accounts-on-top', '^domain/accounts/', '^domain/', '^lib/'),
    only('keys-know-what-they-seal', '^domain/keys/', '^domain/', '^lib/'),
    only('seeds-use-the-domain', '^prisma/', '^domain/', '^lib/'),
    only('app-does-not-reach-into-scripts', '^app/', '^components/', '^domain/', '^lib/'),
    {
      name: 'domain-knows-no-react-and-no-next',
      severity: 'error',
      from: { path: '^domain/', pathNot: '\\.test\\.ts$' },
      to: { path: 'node_modules/(next|next-auth|next-intl|react|react-dom)/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^generated/'] },
    exclude: { path: ['^\\.next/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
