import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CodeBlock } from '../../components/CodeBlock';
import { Panel } from '../../components/Panel';
import type { Application } from './api/sandbox';
import { firstCall } from './snippets';

/** A command that gets a token and makes a call, with a word where the secret goes. */
export function FirstCall({ application }: { application: Application }) {
  const { t } = useTranslation('applications');
  const client = application.credentials.find((c) => c.kind === 'oauth_client') ?? application.credentials[0];
  if (!client) return null;
  const place = client.kind === 'oauth_client' ? t('firstCall.yourSecret') : t('firstCall.yourKey');
  return (
    <Panel title={t('firstCall.title')} lead={t('firstCall.lead')}>
      <CodeBlock
        label={t('firstCall.title')}
        samples={[
          { language: 'bash', code: firstCall('bash', application, client, place) },
          { language: 'PowerShell', code: firstCall('PowerShell', application, client, place) },
        ]}
      />
      <p className="after-block">
        {t('firstCall.after')} <Link to="/problems">{t('firstCall.codes')}</Link>
      </p>
    </Panel>
  );
}
