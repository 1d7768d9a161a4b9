import { IconCircleCheck, IconCirclePause, IconFlask } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../components/Badge';
import { Breakable } from '../../components/Breakable';
import { Facts } from '../../components/Facts';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import type { Application } from './api/sandbox';
import { Credentials } from './Credentials';
import { FirstCall } from './FirstCall';
import { SubscribedApis } from './SubscribedApis';

/** The sandbox application: facts, credentials, first call, subscribed APIs. */
export function SandboxApplication({ application }: { application: Application }) {
  const { t, i18n } = useTranslation('applications');
  const { access, quotaPerDay } = application;
  return (
    <>
      <Panel
        title={<Breakable text={application.name} />}
        aside={
          <span>
            <Badge meaning="information" icon={IconFlask}>
              {t('channel.sandbox')}
            </Badge>{' '}
            {application.enabled ? (
              <Badge meaning="success" icon={IconCircleCheck}>
                {t('state.enabled')}
              </Badge>
            ) : (
              <Badge meaning="warning" icon={IconCirclePause}>
                {t('state.disabled')}
              </Badge>
            )}
          </span>
        }
      >
        <Facts
          facts={[
            { label: t('fact.organisation'), value: application.organisation.name },
            {
              label: t('fact.quota'),
              value:
                quotaPerDay === null
                  ? t('fact.noQuota')
                  : t('fact.callsPerDay', { number: quotaPerDay.toLocaleString(i18n.language) }),
            },
            { label: t('fact.created'), value: <Moment at={application.createdAt} /> },
            { label: t('fact.tokenUrl'), value: <Identifier value={access.tokenUrl} what={t('fact.tokenUrl')} />, wide: true },
            { label: t('fact.baseUrl'), value: <Identifier value={access.baseUrl} what={t('fact.baseUrl')} />, wide: true },
          ]}
        />
      </Panel>
      <Credentials application={application} />
      <FirstCall application={application} />
      <SubscribedApis application={application} />
    </>
  );
}
