import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Breakable } from '../../components/Breakable';
import { Panel } from '../../components/Panel';
import classes from './Application.module.css';

/** A job makes the application a moment after the confirmation; this page asks again by itself. */
export function PendingApplication({ name }: { name: string }) {
  const { t } = useTranslation('applications');
  return (
    <Panel title={<Breakable text={name} />}>
      <div role="status" className={classes['pending']}>
        <Loader size={24} aria-hidden />
        <div>
          <p>
            <strong>{t('pending.title')}</strong>
          </p>
          <p>{t('pending.text')}</p>
        </div>
      </div>
    </Panel>
  );
}
