import { useTranslation } from 'react-i18next';
import { FromConfiguration } from './FromConfiguration';

/** Managing cookies (A13–A15, Q8). */
export default function CookiesPage() {
  const { t } = useTranslation('reading');
  return <FromConfiguration text={(facts) => t('cookies.text', facts)} />;
}
