import { useTranslation } from 'react-i18next';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { useSandboxApplication } from './api/sandbox';
import { PendingApplication } from './PendingApplication';
import { SandboxApplication } from './SandboxApplication';

/** My applications: the sandbox application that the platform made (G1, G2, H1). */
export default function ApplicationsPage() {
  const { t } = useTranslation('applications');
  const sandbox = useSandboxApplication();
  return (
    <Page lead={<p>{t('lead')}</p>}>
      <Loaded query={sandbox} shape={[160, 200, 120]}>
        {(application) =>
          application.state === 'ready' ? (
            <SandboxApplication application={application} />
          ) : (
            <PendingApplication name={application.name} />
          )
        }
      </Loaded>
    </Page>
  );
}
