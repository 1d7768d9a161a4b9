import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconEye } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../components/Badge';
import { Empty } from '../../components/Empty';
import { Facts } from '../../components/Facts';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import type { Application, Credential } from './api/sandbox';
import classes from './Application.module.css';

// A dialog's code is fetched when it is first opened.
const SecretDialog = lazy(() => import('./SecretDialog'));

/** API keys and OAuth clients, with "show the secret" once (H4, H5, Z19). */
export function Credentials({ application }: { application: Application }) {
  const { t } = useTranslation('applications');
  const [chosen, setChosen] = useState<Credential | null>(null);
  // The clients first: the first call uses one.
  const credentials = [...application.credentials].sort(
    (a, b) => Number(b.kind === 'oauth_client') - Number(a.kind === 'oauth_client'),
  );
  return (
    <Panel title={t('credentials.title')} lead={t('credentials.lead')}>
      {credentials.length === 0 ? (
        <Empty title={t('credentials.noneTitle')}>
          <p>{t('credentials.noneText')}</p>
        </Empty>
      ) : (
        <div className={classes['credentials']}>
          {credentials.map((credential) => (
            <Row key={credential.id} credential={credential} onShow={() => setChosen(credential)} />
          ))}
        </div>
      )}
      {chosen && (
        <Suspense>
          <SecretDialog application={application} credential={chosen} onClose={() => setChosen(null)} />
        </Suspense>
      )}
    </Panel>
  );
}

function Row({ credential, onShow }: { credential: Credential; onShow: () => void }) {
  const { t } = useTranslation('applications');
  const client = credential.kind === 'oauth_client';
  const heading = client ? t(`credentials.${credential.type}`) : t('credentials.apiKey');
  const idName = client ? t('credentials.clientId') : t('credentials.keyId');
  return (
    <section className={classes['credential']} aria-label={`${heading} ${credential.id}`}>
      <div className={classes['head']}>
        <h3>{heading}</h3>
        {credential.hasSecret ? (
          <Badge meaning="success" icon={IconCircleCheck}>
            {t('credentials.ready')}
          </Badge>
        ) : (
          <Badge meaning="warning" icon={IconAlertTriangle}>
            {t('credentials.noSecret')}
          </Badge>
        )}
      </div>
      <p className={classes['help']}>{client ? t('credentials.clientHelp') : t('credentials.keyHelp')}</p>
      <Facts
        facts={[
          { label: idName, value: <Identifier value={credential.id} what={idName} />, wide: true },
          { label: t('fact.created'), value: <Moment at={credential.createdAt} /> },
          {
            label: t('credentials.lastUsed'),
            value: credential.lastUsedAt === null ? t('credentials.never') : <Moment at={credential.lastUsedAt} />,
          },
        ]}
      />
      {credential.mayShowSecret ? (
        <div>
          <Button {...(client ? {} : { variant: 'default' })} leftSection={<IconEye aria-hidden size={18} />} onClick={onShow}>
            {client ? t('secret.showClient') : t('secret.showKey')}
          </Button>
        </div>
      ) : (
        credential.hasSecret && <p className={classes['help']}>{t('credentials.shown')}</p>
      )}
    </section>
  );
}
