// Type-aware lint: what the compiler does not refuse and a reviewer would have to find. Style is prettier's.
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** No rule here can tell intent: these say it in code instead. */
const everywhere = {
  eqeqeq: 'error',
  'no-console': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'off', // Its type-aware twin is on.
  'no-param-reassign': 'error',
  'no-self-compare': 'error',
  'no-unreachable-loop': ['error', { ignore: ['ForOfStatement'] }],
  'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Exports are named.' }],
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'no-var': 'error',
  '@typescript-eslint/consistent-type-exports': ['error', { fixMixedExportsWithInlineTypeSpecifier: true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
  '@typescript-eslint/no-generated-empty-object-type': 'off', // A contract may have no requests.
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }], // Code points are what is meant.
  '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
  '@typescript-eslint/promise-function-async': 'off', // Handing a promise on needs no second one.
  '@typescript-eslint/require-await': 'off', // An interface may ask for a promise where one step is synchronous.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/strict-boolean-expressions': ['error', { allowNullableObject: false, allowString: false }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { allowDefaultCaseForExhaustiveSwitch: true, considerDefaultExhaustiveForUnions: true },
  ],
  // `null` for a promise's or callback's empty result is fine in a contract.
  '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
};

export default defineConfig(
  { ignores: ['dist/', '.cache/', 'node_modules/', 'media/models/', 'test/fixtures/files/'] },
  {
    files: ['src/**/*.ts', 'media/**/*.{ts,tsx}', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: everywhere,
  },
  {
    // Preact's event attributes take async functions; their rejections end in the view's one error handler.
    files: ['media/**/*.tsx'],
    rules: { '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }] },
  },
  {
    // What may run in a browser asks for nothing that only Node has.
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.node.ts', 'src/cli/**', 'src/vscode/**', 'src/extension.ts'],
    rules: {
      'no-restricted-globals': ['error', 'Buffer', 'process', 'require', '__dirname', '__filename', 'setImmediate'],
    },
  },
  {
    files: ['src/cli/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Tests state what they know: `!` where the fixture makes it true, casts to make bad input. Never a floating promise.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/strict-boolean-expressions': 'off',
    },
  },
  {
    // Tooling is plain JavaScript outside the TypeScript project.
    files: ['*.{js,mjs}', 'src/**/*.mjs', 'test/harness/*.mjs'],
    extends: [tseslint.configs.strict],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
);
