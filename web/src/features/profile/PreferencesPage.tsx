import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '../../components/form/Form';
import { LeaveGuard } from '../../components/form/LeaveGuard';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { Loaded } from '../../components/Loaded';
import { Notice } from '../../components/Notice';
import { Panel } from '../../components/Panel';
import { usePreferences, useUpdatePreferences, type Preferences } from './api/preferences';

const kinds = ['requests', 'quotaAlerts', 'lifecycle', 'news', 'surveys'] as const;

/** One switch per kind of mail (Z2, C11, C13). */
export default function PreferencesPage() {
  const { t } = useTranslation('profile');
  const preferences = usePreferences();
  return (
    <Panel title={t('preferences.title')} lead={t('preferences.lead')}>
      <Loaded query={preferences} shape={[56, 56, 56, 56, 56]}>
        {(data) => <EditPreferences stored={data} />}
      </Loaded>
    </Panel>
  );
}

function EditPreferences({ stored }: { stored: Preferences }) {
  const { t } = useTranslation('profile');
  const update = useUpdatePreferences();
  const [saved, setSaved] = useState(false);
  const form = useApiForm<Preferences>({
    initial: stored,
    labels: {
      requests: t('preferences.requests'),
      quotaAlerts: t('preferences.quotaAlerts'),
      lifecycle: t('preferences.lifecycle'),
      news: t('preferences.news'),
      surveys: t('preferences.surveys'),
    },
    validate: () => ({}),
    send: async (values) => {
      setSaved(false);
      form.settle(await update.mutateAsync(values));
      setSaved(true);
    },
  });
  return (
    <>
      <LeaveGuard when={form.dirty && !form.sending} />
      <Form form={form} label={t('preferences.title')}>
        {kinds.map((kind) => (
          <Switch key={kind} {...form.tick(kind)} label={t(`preferences.${kind}`)} description={t(`preferences.${kind}Help`)} />
        ))}
        <Notice meaning="information">
          <p>{t('preferences.always')}</p>
        </Notice>
        {saved && !form.dirty && (
          <Notice meaning="success" live>
            <p>{t('saved')}</p>
          </Notice>
        )}
        <SubmitButton sending={form.sending}>{t('save')}</SubmitButton>
      </Form>
    </>
  );
}
