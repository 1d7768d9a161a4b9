import { Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Waiting.module.css';

interface WaitingProps {
  /** Heights in px, in the shape of what is coming. */
  shape: number[];
}

/** The loading state: a skeleton that shows after 200 ms, so that a fast answer never flickers. */
export function Waiting({ shape }: WaitingProps) {
  const { t } = useTranslation();
  return (
    <div className={classes['waiting']} data-waiting role="status" aria-live="polite">
      <span className={classes['words']}>{t('state.loading')}</span>
      <Stack gap="md" aria-hidden>
        {shape.map((height, index) => (
          <Skeleton key={index} height={height} radius="md" />
        ))}
      </Stack>
    </div>
  );
}
