import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const shared = 'scope:shared';

/** What a project may depend on, by what it is and by whose side it is on (docs/design.md, Layout). */
const depConstraints = [
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:feature', 'type:io', 'type:model'] },
  { sourceTag: 'type:feature', onlyDependOnLibsWithTags: ['type:feature', 'type:io', 'type:model'] },
  { sourceTag: 'type:io', onlyDependOnLibsWithTags: ['type:model'] },
  { sourceTag: 'type:model', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:feature', 'type:io', 'type:model'] },
  { sourceTag: 'scope:control', onlyDependOnLibsWithTags: ['scope:control', shared] },
  { sourceTag: 'scope:agent', onlyDependOnLibsWithTags: ['scope:agent', shared] },
  { sourceTag: 'scope:client', onlyDependOnLibsWithTags: ['scope:client', shared] },
  { sourceTag: 'scope:shared', onlyDependOnLibsWithTags: [shared] },
  { sourceTag: 'type:test', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'type:tools', onlyDependOnLibsWithTags: ['*'] },
];

/** Packages that one library wraps for everybody else. */
const wrapped = [
  { name: 'dockerode', message: 'Only libs/docker and libs/host-setup talk to the engine.' },
  { name: 'pg', message: 'Only libs/store talks to the database.' },
  { name: '@prisma/client', message: 'Only libs/store talks to the database.' },
  { name: '@grpc/grpc-js', message: 'Only libs/rpc knows gRPC.' },
];

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '**/generated', '.nx', '**/*.mjs', 'eslint.config.js'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@typescript-eslint': tseslint.plugin, '@nx': nx },
    rules: {
      // The command line loads its client when it has something to ask, so that --help is quick.
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints, checkDynamicDependenciesExceptions: ['@novadock/api-client'] }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      complexity: ['error', 12],
      eqeqeq: 'error',
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'A union of literals instead of an enum.' }, { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }],
    },
  },
  { files: ['apps/**/*.ts', 'apps/**/*.tsx', 'libs/cloud/**/*.ts', 'libs/api-client/**/*.ts'], ignores: ['**/*.test.ts'], rules: { 'no-restricted-imports': ['error', { paths: wrapped }] } },
  { files: ['libs/model/**/*.ts'], ignores: ['**/*.test.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^(?!\\./|\\.\\./[a-z-]+\\.ts$)', message: 'The model imports nothing.' }] }] } },
  // A table of cases is long by nature.
  { files: ['**/*.test.ts', '**/src/testing/**/*.ts', 'test/**/*.ts', 'libs/testing/**/*.ts'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off', 'no-restricted-imports': 'off', '@nx/enforce-module-boundaries': 'off', '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['tools/**/*.ts', 'apps/cli/**/*.ts', 'apps/quickstart/**/*.ts', 'apps/agent/src/main.ts', 'test/bench/**/*.ts', 'images/**/*.ts'], rules: { 'no-console': 'off' } },
);
