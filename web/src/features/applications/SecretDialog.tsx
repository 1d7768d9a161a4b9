import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { IconDownload, IconEye } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog';
import { DialogActions } from '../../components/DialogActions';
import { CodeBlock } from '../../components/CodeBlock';
import { CopyButton } from '../../components/CopyButton';
import { Failure } from '../../components/Failure';
import { Notice } from '../../components/Notice';
import { download } from '../../lib/download';
import { useShowSecret, type Application, type Credential, type ShownSecret } from './api/sandbox';
import classes from './Application.module.css';
import { envFile, firstCall } from './snippets';

interface SecretDialogProps {
  application: Application;
  credential: Credential;
  onClose: () => void;
}

/**
 * Shows a secret the one time that it can be shown (Z19, ui §4): says so first, then the secret with copy, `.env` and a
 * ready command; closing wants the tick. The secret lives in this dialog and nowhere else.
 */
export default function SecretDialog({ application, credential, onClose }: SecretDialogProps) {
  const { t } = useTranslation('applications');
  const show = useShowSecret(application.id, credential.id);
  const [stored, setStored] = useState(false);
  const shown = show.data;
  const mayClose = shown === undefined || stored;
  return (
    <Dialog
      size="lg"
      title={credential.kind === 'oauth_client' ? t('secret.showClient') : t('secret.showKey')}
      closeOnClickOutside={false}
      {...(mayClose ? { onClose } : {})}
    >
      {shown ? (
        <Shown application={application} shown={shown} stored={stored} onStored={setStored} onClose={onClose} />
      ) : (
        <Stack>
          <p>{t('secret.before')}</p>
          {show.isError && <Failure error={show.error} live />}
          <DialogActions>
            <Button variant="default" onClick={onClose}>
              {t('secret.later')}
            </Button>
            <Button
              data-autofocus
              loading={show.isPending}
              leftSection={<IconEye aria-hidden size={18} />}
              onClick={() => show.mutate()}
            >
              {t('secret.now')}
            </Button>
          </DialogActions>
        </Stack>
      )}
    </Dialog>
  );
}

interface ShownProps {
  application: Application;
  shown: ShownSecret;
  stored: boolean;
  onStored: (stored: boolean) => void;
  onClose: () => void;
}

function Shown({ application, shown, stored, onStored, onClose }: ShownProps) {
  const { t } = useTranslation('applications');
  const what = shown.kind === 'oauth_client' ? t('secret.clientSecret') : t('secret.apiKey');
  return (
    <Stack>
      <Notice meaning="warning" live>
        <p>{t('secret.once')}</p>
      </Notice>
      <div>
        <p id="shown-secret-label">
          <strong>{what}</strong>
        </p>
        <p className={classes['secret']} aria-labelledby="shown-secret-label" data-testid="shown-secret">
          {shown.secret}
        </p>
        <Group>
          <CopyButton value={shown.secret} what={what} />
          <Button
            variant="default"
            size="sm"
            leftSection={<IconDownload aria-hidden size={16} />}
            onClick={() => download('.env', 'text/plain', envFile(application, shown))}
          >
            {t('secret.download')}
          </Button>
        </Group>
      </div>
      <div>
        <p>
          <strong>{t('secret.try')}</strong>
        </p>
        <CodeBlock
          label={t('secret.try')}
          samples={[
            { language: 'bash', code: firstCall('bash', application, shown, shown.secret) },
            { language: 'PowerShell', code: firstCall('PowerShell', application, shown, shown.secret) },
          ]}
        />
      </div>
      <Checkbox
        id="stored"
        checked={stored}
        onChange={(event) => onStored(event.currentTarget.checked)}
        label={t('secret.stored')}
      />
      <DialogActions>
        <Button disabled={!stored} onClick={onClose}>
          {t('secret.close')}
        </Button>
      </DialogActions>
    </Stack>
  );
}
