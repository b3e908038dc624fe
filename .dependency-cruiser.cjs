// Imports run one way: app, server → components, domain → emails, lib. See the layout in README.md.
const only = (name, from, ...to) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$|/testing/' },
  to: {
    path: '^(app|components|domain|emails|lib|prisma|scripts|server|bench|chaos|proof|e2e)/',
    pathNot: [from, ...to],
  },
})

/** Folders of the domain that lie lower, and the platform. */
const below = (...names) => [...names.map(name => `^domain/${name}`), '^lib/']

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
    only('viewer-and-audit-are-at-the-bottom', '^domain/(viewer|audit/)', '^domain/(viewer|audit/)', '^lib/'),
    only('settings-are-just-above', '^domain/settings/', ...below('audit/', 'viewer')),
    only('smtp-is-a-library', '^domain/smtp/', '^lib/'),
    {
      name: 'smtp-knows-no-database',
      severity: 'error',
      from: { path: '^domain/smtp/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^lib/(db|queue|embedded|keyring|sealed-column)|^generated/|node_modules/(@prisma|pg|pg-boss)/',
      },
    },
    only(
      'mail-server-knows-no-outbox',
      '^domain/mail-server/',
      ...below('audit/', 'viewer', 'webhooks/', 'smtp/', 'inbox/'),
    ),
    only(
      'deliverability-knows-no-outbox',
      '^domain/deliverability/',
      ...below('audit/', 'viewer', 'smtp/', 'mail-server/'),
    ),
    only('links-are-below-the-outbox', '^domain/links/', ...below('audit/', 'viewer')),
    only(
      'outbox-knows-no-accounts',
      '^domain/outbox/',
      ...below(
        'audit/',
        'viewer',
        'settings/',
        'webhooks/',
        'smtp/',
        'mail-server/',
        'deliverability/',
        'links/',
      ),
      '^emails/',
    ),
    only(
      'mail-log-reads-the-outbox',
      '^domain/mail-log/',
      ...below('audit/', 'viewer', 'smtp/', 'mail-server/', 'links/', 'outbox/'),
    ),
    only(
      'alarms-use-the-outbox',
      '^domain/alarms/',
      ...below('audit/', 'viewer', 'settings/', 'tenancy/', 'links/', 'outbox/'),
    ),
    only('tenancy-stands-alone', '^domain/tenancy/', ...below('audit/', 'viewer')),
    only('api-keys-stand-alone', '^domain/api-keys/', ...below('audit/', 'viewer')),
    only('webhooks-are-told', '^domain/webhooks/', ...below('audit/', 'viewer')),
    only('inbox-stands-alone', '^domain/inbox/', ...below('audit/', 'viewer')),
    only('accounts-on-top', '^domain/accounts/', '^domain/', '^lib/'),
    only('keys-know-what-they-seal', '^domain/keys/', '^domain/', '^lib/'),
    only('seeds-use-the-domain', '^prisma/', '^domain/', '^lib/'),
    only('app-does-not-reach-into-the-server', '^app/', '^components/', '^domain/', '^lib/'),
    only('the-server-is-beside-the-app', '^server/', '^domain/', '^lib/', '^prisma/', '^scripts/prepare'),
    {
      name: 'domain-knows-no-react-and-no-next',
      severity: 'error',
      from: { path: '^domain/', pathNot: '\\.test\\.ts$' },
      to: { path: 'node_modules/(next|next-auth|next-intl|react|react-dom)/' },
    },
    {
      name: 'links-are-ours',
      comment: 'Those of Next ask for pages in advance, see components/link.tsx.',
      severity: 'error',
      from: { pathNot: '^components/link.tsx$' },
      to: { path: 'node_modules/next/link' },
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
