import { Code } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** The id to give to the support, as text that can be selected whole. */
export function CorrelationId({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <p>
      {t('state.correlationId')} <Code>{id}</Code>
    </p>
  );
}
