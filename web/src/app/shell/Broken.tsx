import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/Notice';
import classes from './Shell.module.css';

/** A page whose code failed, or could not be fetched (a new version was deployed meanwhile): load it again. */
export function Broken() {
  const { t } = useTranslation();
  return (
    <div className={classes['broken']}>
      <h1>{t('broken.title')}</h1>
      <Notice meaning="danger" live>
        <p>{t('broken.text')}</p>
        <Group mt="sm">
          <Button variant="default" onClick={() => window.location.reload()}>
            {t('broken.reload')}
          </Button>
        </Group>
      </Notice>
    </div>
  );
}
