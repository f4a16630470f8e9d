/** swc transpiles as scripts/build.mjs does: only .tsx is parsed as JSX, and views come from their source instead of dist/views. */
const transpiled = (tsx) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', tsx },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
  },
];

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: {
    '^#views/(.*)\\.js$': ['<rootDir>/views/$1.tsx', '<rootDir>/views/$1.ts'],
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/.cache/', '<rootDir>/dist/'],
  transform: { '^.+\\.ts$': transpiled(false), '^.+\\.tsx$': transpiled(true) },
  transformIgnorePatterns: ['/node_modules/'],
  reporters: ['default', '<rootDir>/test/support/tally.mjs'],
  // As every entry does first: what a library needs of Object.prototype is found out here.
  setupFiles: ['<rootDir>/src/base/close-object-prototype.ts'],
  globalSetup: '<rootDir>/test/support/before-run.mjs',
  globalTeardown: '<rootDir>/test/support/after-run.mjs',
  injectGlobals: false,
  maxWorkers: 2,
  // Modules of earlier files stay in a worker's memory, and collecting that garbage slows the later ones down.
  workerIdleMemoryLimit: '1200MB',
  // Ends what hangs; no test measures time by it. A machine that does other work besides may take several times as long.
  testTimeout: 120_000,
};
