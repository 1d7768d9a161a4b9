import 'i18next';
import type { Namespaces } from './i18n';

// Keys and interpolated values are checked by the compiler against the French texts.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: Namespaces;
  }
}
