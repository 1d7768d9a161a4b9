import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Breakable } from '../../components/Breakable';
import { Facts } from '../../components/Facts';
import { Form } from '../../components/form/Form';
import { LeaveGuard } from '../../components/form/LeaveGuard';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { Loaded } from '../../components/Loaded';
import { Moment } from '../../components/Moment';
import { Notice } from '../../components/Notice';
import { Panel } from '../../components/Panel';
import { changeLanguage, type Language } from '../../locales/i18n';
import { useMe, useUpdateMe, type Me } from './api/me';

/** Name, language, and what is known of the account (C8–C10), and whether mails come back (F15). */
export default function DetailsPage() {
  const me = useMe();
  return (
    <Loaded query={me} shape={[200, 280]}>
      {(data) => <Details me={data} />}
    </Loaded>
  );
}

function Details({ me }: { me: Me }) {
  const { t } = useTranslation('profile');
  return (
    <>
      <Panel title={t('details.account')}>
        {me.emailUndeliverable && (
          <Notice meaning="warning" title={t('details.undeliverable')}>
            <p>{t('details.undeliverableHelp')}</p>
          </Notice>
        )}
        <Facts
          facts={[
            { label: t('details.email'), value: <Breakable text={me.email} /> },
            { label: t('details.organisations'), value: me.memberships.map((m) => m.organisation.name).join(', ') },
            { label: t('details.since'), value: <Moment at={me.createdAt} /> },
            { label: t('details.passwordChanged'), value: <Moment at={me.passwordChangedAt} /> },
            {
              label: t('details.terms'),
              value: me.terms ? t('details.termsVersion', { version: me.terms.version }) : t('details.noTerms'),
            },
          ]}
        />
      </Panel>
      <Panel title={t('details.edit')}>
        <EditDetails me={me} />
      </Panel>
    </>
  );
}

function EditDetails({ me }: { me: Me }) {
  const { t } = useTranslation('profile');
  const update = useUpdateMe();
  const [saved, setSaved] = useState(false);
  const form = useApiForm<{ fullName: string; language: Language }>({
    initial: { fullName: me.fullName, language: me.language },
    labels: { fullName: t('details.fullName'), language: t('details.language') },
    validate: ({ fullName }) => (fullName.trim() === '' ? { fullName: 'required' } : {}),
    send: async ({ fullName, language }) => {
      setSaved(false);
      const stored = await update.mutateAsync({ fullName: fullName.trim(), language });
      form.settle({ fullName: stored.fullName, language: stored.language });
      await changeLanguage(stored.language);
      setSaved(true);
    },
  });
  return (
    <div className="form-width">
      <LeaveGuard when={form.dirty && !form.sending} />
      <Form form={form} label={t('details.edit')}>
        <TextInput {...form.field('fullName')} label={t('details.fullName')} autoComplete="name" maxLength={100} />
        <NativeSelect
          {...form.field('language')}
          label={t('details.language')}
          description={t('details.languageHelp')}
          data={[
            { value: 'fr', label: 'Français' },
            { value: 'en', label: 'English' },
          ]}
        />
        {saved && !form.dirty && (
          <Notice meaning="success" live>
            <p>{t('saved')}</p>
          </Notice>
        )}
        <SubmitButton sending={form.sending}>{t('save')}</SubmitButton>
      </Form>
    </div>
  );
}
