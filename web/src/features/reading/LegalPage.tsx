import { useTranslation } from 'react-i18next';
import { FromConfiguration } from './FromConfiguration';

/** Legal notices (Q2): who publishes, who hosts, who answers for the data. */
export default function LegalPage() {
  const { t } = useTranslation('reading');
  return <FromConfiguration text={(facts) => t('legal.text', facts)} />;
}
