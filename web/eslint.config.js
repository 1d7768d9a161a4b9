import tseslint from 'typescript-eslint';
import reactHooks from 'eslint-plugin-react-hooks';
import jsxA11y from 'eslint-plugin-jsx-a11y-x';
import globals from 'globals';

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.ts', 'test-results', 'screenshots'] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers and identifiers read well in template strings.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `onClick={() => mutate()}` is how React is written.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  { files: ['src/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },
  { files: ['src/**/*.tsx'], ...jsxA11y.configs.recommended, languageOptions: { globals: globals.browser } },
  {
    // Text reaches a page through typed keys only (style rule 17); React's raw HTML is never needed.
    files: ['src/**/*.tsx'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Render elements, not HTML.' },
        { selector: 'JSXText[value=/[A-Za-zÀ-ÿ]{3}/]', message: 'Text goes through typed translation keys.' },
        {
          selector:
            'JSXAttribute[name.name=/^(label|title|placeholder|description|aria-label|alt)$/] > Literal[value=/[A-Za-zÀ-ÿ]{3}/]',
          message: 'Text goes through typed translation keys.',
        },
      ],
    },
  },
  { files: ['**/*.{js,mjs}'], ...tseslint.configs.disableTypeChecked, languageOptions: { globals: globals.node } },
);
