import { Stack } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Breakable } from '../../components/Breakable';
import { LinkButton } from '../../components/LinkButton';
import { Loaded } from '../../components/Loaded';
import { Notice } from '../../components/Notice';
import { Panel } from '../../components/Panel';
import { useSandboxApplication, type Application } from '../applications/api/sandbox';
import { PendingApplication } from '../applications/PendingApplication';
import type { SignedIn } from '../session/api/session';
import { useHeading } from '../../lib/arrival';
import { useMessage } from '../../lib/location';
import { useTitle } from '../../lib/title';
import { configuration } from '../../lib/configuration';
import classes from './Home.module.css';

/** What waits for me, and my sandbox application. */
export function UserHome({ session }: { session: SignedIn }) {
  const { t } = useTranslation('home');
  const heading = useHeading();
  const sandbox = useSandboxApplication();
  const confirmed = useMessage()?.confirmed === true;
  useTitle(`${configuration().product.name} – ${t('user.title')}`);

  return (
    <div className={classes['user']}>
      <h1 ref={heading} tabIndex={-1}>
        {t('user.greeting', { name: session.person.fullName })}
      </h1>
      {confirmed && (
        <Notice meaning="success" live>
          <p>{t('user.confirmed')}</p>
        </Notice>
      )}
      <Loaded query={sandbox} shape={[200, 160]}>
        {(application) =>
          application.state === 'ready' ? <Waits application={application} /> : <PendingApplication name={application.name} />
        }
      </Loaded>
      <Panel title={t('user.accountTitle')}>
        <ul className={classes['links']}>
          <li>
            <Link to="/profile">{t('user.profile')}</Link>
          </li>
          <li>
            <Link to="/profile/organisations">{t('user.organisations')}</Link>
          </li>
          <li>
            <Link to="/profile/preferences">{t('user.preferences')}</Link>
          </li>
          <li>
            <Link to="/problems">{t('user.problems')}</Link>
          </li>
        </ul>
      </Panel>
    </div>
  );
}

/** The three steps to the first call; the one that is next stands out. */
function Waits({ application }: { application: Application }) {
  const { t } = useTranslation('home');
  const hasSecret = application.credentials.some((credential) => credential.hasSecret);
  const used = application.credentials.some((credential) => credential.lastUsedAt !== null);
  const steps = [
    { key: 'application', done: true },
    { key: 'secret', done: hasSecret },
    { key: 'call', done: used },
  ] as const;
  const next = steps.find((step) => !step.done)?.key;
  return (
    <Panel title={next ? t('waits.title') : t('waits.allDone')} lead={next ? t('waits.lead') : t('waits.allDoneLead')}>
      <ol className={classes['waits']}>
        {steps.map((step) => (
          <li
            key={step.key}
            data-done={step.done}
            data-next={step.key === next}
            aria-current={step.key === next ? 'step' : undefined}
          >
            <strong>{t(`waits.${step.key}.title`)}</strong>
            <span className="visually-hidden">{step.done ? t('waits.done') : t('waits.todo')}</span>
            <p>{step.key === 'application' ? <Breakable text={application.name} /> : t(`waits.${step.key}.text`)}</p>
          </li>
        ))}
      </ol>
      <Stack align="flex-start">
        <LinkButton to="/applications" rightSection={<IconArrowRight aria-hidden size={18} />}>
          {next ? t(`waits.go.${next}`) : t('waits.go.application')}
        </LinkButton>
      </Stack>
    </Panel>
  );
}
