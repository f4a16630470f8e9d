/**
 * The layers of the modules as rules (`npm run check:layers`).
 *
 * A module imports from itself and from the layers below it: never from above, never from another module of its own layer. What it needs from
 * above it declares as a small interface, and src/app/ passes it in. test/project/layers.test.ts plants a wrong import for each rule and sees it fire.
 */

/** From the lowest up. Modules named together share a layer. A new module is a word here; a module without a layer is refused. */
const layers = [
  ['base'],
  ['config', 'storage'],
  ['changes'],
  ['jobs', 'mail'],
  ['audit'],
  ['sessions'],
  ['realm'],
  ['identity'],
  ['access'],
  ['federation'],
  ['sentences'],
  ['http', 'views'],
  ['pages'],
  ['sign-in'],
  ['oidc', 'admin', 'account', 'scim', 'decisions', 'saml', 'realm-file', 'transfer', 'reports', 'ops'],
  ['app'],
  ['cli'],
  ['main'],
];

/** Packages that only one place may import, so that the rest can outlive them. */
const onlyIn = {
  mongoose: '^src/storage/mongo/',
  'node:sqlite': '^src/storage/sqlite/',
  // An example is a program of its own.
  'oidc-provider': '^(?:src/oidc|examples)/',
  ldapts: '^src/federation/ldap/',
  'openid-client': '^(?:src/federation/oidc|examples)/',
  '@xmldom/xmldom': '^src/federation/saml/',
  saxes: '^src/federation/saml/',
  'xml-crypto': '^src/federation/saml/',
  'xml-encryption': '^src/federation/saml/',
};

const engines = '^src/storage/(mongo|sqlite)/';
const connectors = '^src/federation/(ldap|saml|oidc|social)/';

/** Where a module lives. views/ stands beside src/; main is a single file. The `#views/` alias leads to views/, or to its built copy. */
const placeOf = (module) => {
  if (module === 'views') return '(?:#|dist/)?views/';
  return module === 'main' ? 'src/main\\.ts$' : `src/${module}/`;
};
const placesOf = (modules) => `^(?:${modules.map(placeOf).join('|')})`;
/** By its resolved path, and by its bare name where it is built in or not installed. */
const packageNamed = (name) => `(?:^|/)node_modules/${name}/|^${name}(?:/|$)`;

const layerRules = layers.flatMap((modules, layer) =>
  modules.map((module) => ({
    name: `layer-${module}`,
    comment: `${module} imports only itself and the layers below it.`,
    severity: 'error',
    from: { path: placesOf([module]) },
    to: {
      path: '^(?:src/|(?:#|dist/)?views/)',
      pathNot: placesOf([...layers.slice(0, layer).flat(), module]),
    },
  })),
);

const packageRules = Object.entries(onlyIn).map(([name, place]) => ({
  name: `only-there-${name.replace(/^.*[:/]/, '')}`,
  comment: `${name} is known to ${place} alone.`,
  severity: 'error',
  from: { path: '^(?:src|views|examples)/', pathNot: place },
  // A core module is reported without its `node:`.
  to: { path: name.startsWith('node:') ? `^(?:node:)?${name.slice(5)}$` : packageNamed(name) },
}));

export default {
  forbidden: [
    ...layerRules,
    ...packageRules,
    {
      name: 'no-module-without-a-layer',
      comment: 'Every file of src belongs to a module that has a layer above.',
      severity: 'error',
      from: { path: '^src/', pathNot: placesOf(layers.flat()) },
      to: {},
    },
    {
      name: 'no-circle',
      comment: 'Two files that need each other are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'engines-by-app-alone',
      comment:
        'Everything else speaks to the storage port. The tests of storage and of moving it, and what opens a store for tests, may choose an engine.',
      severity: 'error',
      from: { pathNot: [engines, '^src/app/(?:open-engine|whole-store)\\.ts$', '^test/(storage|support|transfer)/'] },
      to: { path: engines },
    },
    {
      name: 'engines-apart',
      comment: 'An engine knows the port, never the other engine.',
      severity: 'error',
      from: { path: engines },
      to: { path: engines, pathNot: '^src/storage/$1/' },
    },
    {
      name: 'connectors-by-app-alone',
      comment: 'Everything else speaks to the contract of federation.',
      severity: 'error',
      from: { pathNot: [connectors, '^src/app(?:/|\\.ts$)', '^test/'] },
      to: { path: connectors },
    },
    {
      name: 'connectors-apart',
      comment: 'A connector knows its protocol and the contract, never another connector.',
      severity: 'error',
      from: { path: connectors },
      to: { path: connectors, pathNot: '^src/federation/$1/' },
    },
    {
      name: 'connectors-know-protocols-only',
      comment: 'A connector sees no storage, no HTTP framework and no pages.',
      severity: 'error',
      from: { path: connectors },
      to: {
        path: [placesOf(['storage', 'changes', 'views']), ...['koa', '@koa/router'].map(packageNamed)],
      },
    },
    {
      name: 'views-import-base-types-only',
      comment: 'What a page knows of base is erased before it runs.',
      severity: 'error',
      from: { path: '^views/' },
      to: { path: '^src/base/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'views-import-base-only',
      comment: 'A page gets its props; of src it may import base types only.',
      severity: 'error',
      from: { path: '^views/' },
      to: { path: '^src/', pathNot: '^src/base/' },
    },
    {
      name: 'views-need-preact-only',
      comment:
        'A page is markup: no file system, no framework. (The style sheet beside the pages is read by a file that is no page.)',
      severity: 'error',
      from: { path: '^views/.*\\.tsx$' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: packageNamed('preact(?:-render-to-string)?') },
    },
    {
      name: 'writer-imports-node-only',
      comment:
        'Node starts the writer thread from its source as it is: what it imports at run time is built in (types are erased).',
      severity: 'error',
      from: { path: '^src/storage/sqlite/writer\\.ts$' },
      to: { dependencyTypesNot: ['core', 'type-only'] },
    },
    {
      name: 'no-tests-or-examples-in-the-product',
      comment: 'The product runs without its tests, examples, scripts and benchmarks.',
      severity: 'error',
      from: { path: '^(?:src|views)/' },
      to: { path: '^(?:test|examples|scripts|bench)/' },
    },
    {
      name: 'no-development-packages',
      comment: 'What runs is in `dependencies`: the production install has nothing else.',
      severity: 'error',
      from: { path: '^(?:src|views)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'examples-are-strangers',
      comment: 'An example shows what an application outside can do, so it sees nothing of ours.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(?:src|(?:#|dist/)?views|test)/' },
    },
    {
      name: 'children-without-jest',
      comment: 'A child process of a test runs in Node alone: an import of Jest ends it before it says anything.',
      severity: 'error',
      from: { path: '^test/.*child\\.ts$' },
      to: { path: '@jest/globals', reachable: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere is judged by no rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^#views/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    // Type imports bind one module to another as surely as calls do.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
