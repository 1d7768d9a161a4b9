import { Button, Group } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { useProblemText } from './problem-text';
import { Notice } from './Notice';
import { CorrelationId } from './CorrelationId';

interface FailureProps {
  error: unknown;
  /** Tries again; leave out where trying again cannot help. */
  retry?: () => void;
  /** Announce it when it appears after an act. */
  live?: boolean;
}

/** The error state: what happened, what to do, try again; the correlation id where the support is needed. */
export function Failure({ error, retry, live = false }: FailureProps) {
  const { t } = useTranslation();
  const failure = ApiError.from(error);
  const text = useProblemText(failure);
  return (
    <Notice meaning="danger" title={text.title} live={live}>
      <p>{text.advice}</p>
      {failure.correlationId !== undefined && (failure.status >= 500 || retry) && <CorrelationId id={failure.correlationId} />}
      {retry && (
        <Group mt="sm">
          <Button variant="default" leftSection={<IconRefresh aria-hidden size={18} />} onClick={retry}>
            {t('act.retry')}
          </Button>
        </Group>
      )}
    </Notice>
  );
}
