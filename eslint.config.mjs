import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** One place holds what a name stands for: a file that only passes on other files' names hides where things live. */
const noBarrel = [
  { selector: 'ExportAllDeclaration', message: 'Import from where it lives: no barrel files.' },
  { selector: 'ExportNamedDeclaration[source]', message: 'Import from where it lives: no barrel files.' },
];
const oneClock = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Ask now() of base/clock.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Ask now() of base/clock.' },
];
const oneEnvironment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Settings come from config/, which alone reads the environment.',
  },
];
/** A name from outside may be one that every object has (`constructor`) or one that changes its prototype (`__proto__`). */
const noComputedFields = [
  {
    selector:
      "AssignmentExpression > MemberExpression.left[computed=true][property.type='Identifier'][property.name=/^(?!at$|i$)[a-z]/]",
    message: 'Keep what is found by a name in a Map, or build the object with Object.fromEntries().',
  },
];

export default defineConfig(
  { ignores: ['dist/', 'data/', 'keys/', '.cache/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A spread string gives code points, which is what names and passwords are counted in.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // `_` names what a signature or a rest pattern takes away.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/require-await': 'off', // a port's method is async whether or not one implementation waits
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      'no-restricted-syntax': ['error', ...noBarrel],
      'no-console': 'error',
      'max-lines': ['error', 400],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**', 'views/**'],
    rules: { 'no-restricted-syntax': ['error', ...noBarrel, ...oneClock, ...oneEnvironment, ...noComputedFields] },
  },
  {
    files: ['src/**'],
    ignores: ['src/base/crypto/constant-time-equal.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'node:crypto',
              importNames: ['timingSafeEqual'],
              message:
                'It throws where lengths differ. Ask sameBytes() or sameText() of base/crypto/constant-time-equal.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/base/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noBarrel, ...oneEnvironment, ...noComputedFields] },
  },
  {
    // The command line hands its environment to config/; the process sets the size of its thread pool.
    files: ['src/config/**', 'src/cli/**', 'src/main.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noBarrel, ...oneClock, ...noComputedFields] },
  },
  {
    // What a command prints is its work.
    files: ['src/cli/**', 'examples/**', 'test/**', 'bench/**', 'scripts/**', 'src/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Scripts and tool settings, which tools want as default exports.
    files: ['**/*.mjs'],
    extends: [tseslint.configs.strict],
    rules: { eqeqeq: 'error', 'max-lines': ['error', 400], 'prefer-const': 'error' },
  },
);
