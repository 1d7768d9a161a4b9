import { Button, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../components/Failure';
import { Loaded } from '../../components/Loaded';
import { Notice } from '../../components/Notice';
import { Panel } from '../../components/Panel';
import { download } from '../../lib/download';
import { useDeletionPreview, useExport } from './api/data';

// A dialog's code is fetched when it is first opened.
const DeleteDialog = lazy(() => import('./DeleteDialog'));

/** Take my data with me, delete my account (C21, Z56, OP-07). Open before the terms are accepted, too (Z37). */
export default function DataPage() {
  return (
    <>
      <ExportPanel />
      <DeletePanel />
    </>
  );
}

function ExportPanel() {
  const { t } = useTranslation('profile');
  const exported = useExport();
  return (
    <Panel title={t('data.export')} lead={t('data.exportLead')}>
      <Stack align="flex-start">
        <Button
          variant="default"
          loading={exported.isPending}
          leftSection={<IconDownload aria-hidden size={18} />}
          onClick={() =>
            exported.mutate(undefined, {
              onSuccess: (data) => download(t('data.fileName'), 'application/json', JSON.stringify(data, null, 2)),
            })
          }
        >
          {t('data.exportButton')}
        </Button>
        {exported.isSuccess && (
          <Notice meaning="success" live>
            <p>{t('data.exported')}</p>
          </Notice>
        )}
        {exported.isError && <Failure error={exported.error} live />}
      </Stack>
    </Panel>
  );
}

function DeletePanel() {
  const { t } = useTranslation('profile');
  const preview = useDeletionPreview();
  const [open, setOpen] = useState(false);
  return (
    <Panel title={t('data.delete')} lead={t('data.deleteLead')}>
      <Loaded query={preview} shape={[96, 44]}>
        {({ applications, memberships, blockers }) => (
          <Stack align="flex-start">
            <ul>
              <li>{t('data.stops', { count: applications.length })}</li>
              <li>{t('data.leaves', { count: memberships })}</li>
              <li>{t('data.erased')}</li>
            </ul>
            {blockers.length > 0 ? (
              <Notice meaning="warning" title={t('data.blockedTitle')}>
                <ul>
                  {blockers.map((blocker) => (
                    <li key={blocker.id}>{t(`data.blocked.${blocker.code}`, { name: blocker.name })}</li>
                  ))}
                </ul>
              </Notice>
            ) : (
              <Button className="danger" onClick={() => setOpen(true)}>
                {t('data.deleteButton')}
              </Button>
            )}
            {open && (
              <Suspense>
                <DeleteDialog applications={applications} onClose={() => setOpen(false)} />
              </Suspense>
            )}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}
