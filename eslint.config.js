import pluginVue from 'eslint-plugin-vue'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Every folder of src. What a folder may import is listed below; all else is an error. */
const FOLDERS = ['shared', 'phantom', 'compute', 'dicom', 'pacs', 'main', 'preload', 'renderer', 'cli']

/** Packages that only one side may touch. */
const NODE_ONLY = ['node:*', 'better-sqlite3', 'onnxruntime-node', 'kysely']
const BROWSER_ONLY = ['vue', 'pinia', 'reka-ui', '@cornerstonejs/core', '*.vue']
const ELECTRON = ['electron', 'electron/*']

/**
 * One folder's borders: the folders it may import besides itself, and the packages it may not.
 * @param {string} folder
 * @param {{ mayImport: string[], notPackages: string[] }} rule
 */
function borders(folder, { mayImport, notPackages }) {
  const closed = FOLDERS.filter((other) => other !== folder && !mayImport.includes(other))
  const allowed = mayImport.length === 0 ? 'nothing else in src' : `only ${mayImport.join(', ')}`
  return {
    files: [`src/${folder}/**/*.{ts,vue}`],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          {
            group: closed.flatMap((other) => [`**/../${other}/**`, `**/src/${other}/**`]),
            message: `src/${folder} may import ${allowed}.`,
          },
          ...(notPackages.length === 0 ? [] : [{
            group: notPackages,
            message: `src/${folder} does not run where this package does.`,
          }]),
        ],
      }],
    },
  }
}

export default defineConfig(
  { ignores: ['node_modules/', 'out/', 'release/', '.electron/', '.cache/', 'test-results/', 'training/', 'resources/'] },
  ...tseslint.configs.strict,
  ...pluginVue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Index access is checked by noUncheckedIndexedAccess; an assertion there carries its reason in the loop bound.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      'no-console': 'error',
      'no-undef': 'off', // TypeScript knows
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-len': ['error', {
        code: 120, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true,
      }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'any', normal: 'any', component: 'always' } }],
    },
  },
  borders('shared', { mayImport: [], notPackages: [...NODE_ONLY, ...BROWSER_ONLY, ...ELECTRON] }),
  borders('phantom', { mayImport: ['shared'], notPackages: [...NODE_ONLY, ...BROWSER_ONLY, ...ELECTRON] }),
  borders('compute', { mayImport: ['shared'], notPackages: [...BROWSER_ONLY, ...ELECTRON, 'better-sqlite3', 'kysely'] }),
  borders('dicom', { mayImport: ['shared', 'phantom'], notPackages: [...BROWSER_ONLY, ...ELECTRON, 'better-sqlite3'] }),
  borders('pacs', { mayImport: ['shared'], notPackages: [...BROWSER_ONLY, ...ELECTRON, 'better-sqlite3', 'kysely'] }),
  borders('main', { mayImport: ['shared', 'phantom', 'compute', 'dicom'], notPackages: BROWSER_ONLY }),
  borders('cli', { mayImport: ['shared', 'phantom', 'compute', 'dicom', 'main'], notPackages: [...BROWSER_ONLY, ...ELECTRON] }),
  borders('preload', { mayImport: ['shared'], notPackages: [...NODE_ONLY, ...BROWSER_ONLY] }),
  borders('renderer', { mayImport: ['shared'], notPackages: [...NODE_ONLY, ...ELECTRON] }),
  {
    // The command line, the tests and the set-up talk to a terminal.
    files: ['src/cli/**', 'tests/**', 'scripts/**'],
    rules: { 'no-console': 'off' },
  },
)
