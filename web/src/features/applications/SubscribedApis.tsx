import { useTranslation } from 'react-i18next';
import { Empty } from '../../components/Empty';
import { Facts } from '../../components/Facts';
import { Identifier } from '../../components/Identifier';
import { Panel } from '../../components/Panel';
import type { Application } from './api/sandbox';
import classes from './Application.module.css';

/** The APIs that the application may call, with their scopes and addresses (G25, H6). */
export function SubscribedApis({ application }: { application: Application }) {
  const { t } = useTranslation('applications');
  return (
    <Panel title={t('apis.title')}>
      {application.subscriptions.length === 0 ? (
        <Empty title={t('apis.noneTitle')}>
          <p>{t('apis.noneText')}</p>
        </Empty>
      ) : (
        <ul className={classes['apis']}>
          {application.subscriptions.map((api) => (
            <li key={api.id}>
              <p>
                <strong>{api.name}</strong> {t('apis.version', { version: api.version })}
              </p>
              <Facts
                facts={[
                  { label: t('apis.address'), value: <Identifier value={api.baseUrl} what={t('apis.address')} />, wide: true },
                  { label: t('apis.scopes'), value: api.scopes.length === 0 ? t('apis.noScopes') : api.scopes.join(', ') },
                ]}
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
