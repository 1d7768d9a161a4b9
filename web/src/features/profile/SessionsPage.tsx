import { Button } from '@mantine/core';
import { IconCircleCheck, IconDeviceDesktop } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../components/Badge';
import { Confirm } from '../../components/Confirm';
import { Failure } from '../../components/Failure';
import { List, ListRow } from '../../components/List';
import { Loaded } from '../../components/Loaded';
import { Moment } from '../../components/Moment';
import { Notice } from '../../components/Notice';
import { Panel } from '../../components/Panel';
import { useEndOtherSessions, useEndSession, useOwnSessions, type OwnSession } from '../session/api/own-sessions';

/** My live sessions: end this one, end all others. */
export default function SessionsPage() {
  const { t } = useTranslation('profile');
  const sessions = useOwnSessions();
  const endOthers = useEndOtherSessions();
  const [asking, setAsking] = useState(false);
  const others = (sessions.data ?? []).filter((session) => !session.current).length;
  return (
    <Panel title={t('sessions.title')} lead={t('sessions.lead')}>
      {endOthers.isSuccess && (
        <Notice meaning="success" live>
          <p>{t('sessions.ended', { count: endOthers.data })}</p>
        </Notice>
      )}
      <Loaded query={sessions} shape={[72, 72]}>
        {(list) => (
          <List rows={list} keyOf={({ id }) => id}>
            {(session) => <Row session={session} />}
          </List>
        )}
      </Loaded>
      {others > 0 ? (
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('sessions.endOthers')}
        </Button>
      ) : (
        sessions.data && <p className="quiet">{t('sessions.alone')}</p>
      )}
      <Confirm
        opened={asking}
        title={t('sessions.endOthers')}
        verb={t('sessions.endOthers')}
        pending={endOthers.isPending}
        error={endOthers.error}
        onClose={() => setAsking(false)}
        onConfirm={() => endOthers.mutate(undefined, { onSuccess: () => setAsking(false) })}
      >
        <p>{t('sessions.endOthersText', { count: others })}</p>
      </Confirm>
    </Panel>
  );
}

function Row({ session }: { session: OwnSession }) {
  const { t } = useTranslation('profile');
  const end = useEndSession();
  const device =
    session.browser !== null && session.system !== null
      ? t('sessions.device', { browser: session.browser, system: session.system })
      : (session.browser ?? session.system ?? t('sessions.unknownDevice'));
  return (
    <ListRow
      icon={IconDeviceDesktop}
      title={device}
      badge={
        session.current && (
          <Badge meaning="success" icon={IconCircleCheck}>
            {t('sessions.current')}
          </Badge>
        )
      }
      facts={[
        t('sessions.address', { address: session.address }),
        <>
          {t('sessions.lastSeen')} <Moment at={session.lastSeenAt} />
        </>,
        <>
          {t('sessions.started')} <Moment at={session.createdAt} />
        </>,
      ]}
      action={
        !session.current && (
          <Button
            variant="default"
            size="sm"
            loading={end.isPending}
            aria-label={t('sessions.endThis', { device })}
            onClick={() => end.mutate(session.id)}
          >
            {t('sessions.end')}
          </Button>
        )
      }
    >
      {end.isError && <Failure error={end.error} live />}
    </ListRow>
  );
}
