import { Button, Stack, TextInput } from '@mantine/core';
import { IconBuilding, IconShield, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../components/Badge';
import { Breakable } from '../../components/Breakable';
import { Confirm } from '../../components/Confirm';
import { Form } from '../../components/form/Form';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { List, ListRow } from '../../components/List';
import { Moment } from '../../components/Moment';
import { Notice } from '../../components/Notice';
import { Panel } from '../../components/Panel';
import { configuration } from '../../lib/configuration';
import { useSignedIn } from '../session/api/session';
import { useJoinOrganisation, useLeaveOrganisation, type Membership } from './api/memberships';

/** The organisations that I belong to: they decide which APIs I see (C12). Join one with its code, leave one (Z44). */
export default function OrganisationsPage() {
  const { t } = useTranslation('profile');
  const session = useSignedIn();
  const { support } = configuration();
  return (
    <>
      <Panel title={t('organisations.title')} lead={t('organisations.lead')}>
        <List rows={session?.memberships ?? []} keyOf={({ organisation }) => organisation.id}>
          {(membership) => <Row membership={membership} />}
        </List>
        <p className="quiet">
          {t('organisations.other')} <a href={`mailto:${support.email}`}>{support.email}</a>
        </p>
      </Panel>
      <Panel title={t('organisations.join')} lead={t('organisations.joinLead')}>
        <Join />
      </Panel>
    </>
  );
}

function Row({ membership }: { membership: Membership }) {
  const { t } = useTranslation('profile');
  const leave = useLeaveOrganisation();
  const [asking, setAsking] = useState(false);
  const { organisation, role, endingApplications } = membership;
  return (
    <ListRow
      icon={IconBuilding}
      title={organisation.name}
      badge={
        <Badge meaning="neutral" icon={role === 'organisation_administrator' ? IconShield : IconUser}>
          {t(`organisations.role.${role}`)}
        </Badge>
      }
      facts={[
        <>
          {membership.default ? t('organisations.default') : t('organisations.since')} <Moment at={membership.since} />
        </>,
      ]}
      action={
        membership.mayLeave && (
          <Button
            variant="default"
            size="sm"
            aria-label={t('organisations.leaveThis', { organisation: organisation.name })}
            onClick={() => setAsking(true)}
          >
            {t('organisations.leave')}
          </Button>
        )
      }
    >
      <Confirm
        opened={asking}
        title={t('organisations.leaveThis', { organisation: organisation.name })}
        verb={t('organisations.leave')}
        pending={leave.isPending}
        error={leave.error}
        onClose={() => setAsking(false)}
        onConfirm={() => leave.mutate(organisation.id, { onSuccess: () => setAsking(false) })}
      >
        <p>{t('organisations.leaveText', { count: endingApplications.length })}</p>
        {endingApplications.length > 0 && (
          <ul>
            {endingApplications.map((name) => (
              <li key={name}>
                <Breakable text={name} />
              </li>
            ))}
          </ul>
        )}
      </Confirm>
    </ListRow>
  );
}

function Join() {
  const { t } = useTranslation('profile');
  const join = useJoinOrganisation();
  const [joined, setJoined] = useState<string | null>(null);
  const form = useApiForm({
    initial: { code: '' },
    labels: { code: t('organisations.code') },
    validate: ({ code }) => (code.trim() === '' ? { code: 'required' } : {}),
    send: async ({ code }) => {
      setJoined(null);
      const membership = await join.mutateAsync({ code: code.trim() });
      form.settle({ code: '' });
      setJoined(membership.organisation.name);
    },
  });
  return (
    <Stack maw="var(--form-width)">
      {joined !== null && (
        <Notice meaning="success" live>
          <p>{t('organisations.joined', { organisation: joined })}</p>
        </Notice>
      )}
      <Form form={form} label={t('organisations.join')}>
        <TextInput
          {...form.field('code')}
          label={t('organisations.code')}
          description={t('organisations.codeHelp')}
          autoComplete="off"
          maxLength={64}
        />
        <SubmitButton sending={form.sending}>{t('organisations.joinSubmit')}</SubmitButton>
      </Form>
    </Stack>
  );
}
