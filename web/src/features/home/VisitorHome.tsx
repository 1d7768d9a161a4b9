import { Button, Group } from '@mantine/core';
import { IconChartBar, IconFlask, IconKey, IconShieldCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { LinkButton } from '../../components/LinkButton';
import { Notice } from '../../components/Notice';
import { useHeading } from '../../lib/arrival';
import { useMessage } from '../../lib/location';
import { useTitle } from '../../lib/title';
import { configuration } from '../../lib/configuration';
import classes from './Home.module.css';
import { Illustration } from './Illustration';

const features = [
  { key: 'sandbox', icon: IconFlask },
  { key: 'credentials', icon: IconKey },
  { key: 'explained', icon: IconShieldCheck },
  { key: 'quotas', icon: IconChartBar },
] as const;

const steps = ['account', 'application', 'call'] as const;

/** What it is, key features, how it works in three steps, references (S4). */
export function VisitorHome() {
  const { t } = useTranslation('home');
  const { product, references } = configuration();
  const heading = useHeading();
  const deleted = useMessage()?.deleted === true;
  useTitle(`${product.name} – ${t('hero.title')}`);

  return (
    <div className={classes['home']}>
      {deleted && (
        <Notice meaning="success" live>
          <p>{t('deleted')}</p>
        </Notice>
      )}
      <section className={classes['hero']}>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {t('hero.title')}
          </h1>
          <p className={classes['lead']}>{t('hero.lead')}</p>
          <Group>
            <LinkButton to="/sign-up" size="lg">
              {t('hero.signUp')}
            </LinkButton>
            <Button component="a" href="#how" variant="default" size="lg">
              {t('hero.how')}
            </Button>
          </Group>
        </div>
        <Illustration />
      </section>

      <section aria-labelledby="features">
        <h2 id="features">{t('features.title')}</h2>
        <ul className={classes['features']}>
          {features.map(({ key, icon: Icon }) => (
            <li key={key}>
              <Icon aria-hidden size={28} stroke={1.5} />
              <h3>{t(`features.${key}.title`)}</h3>
              <p>{t(`features.${key}.text`)}</p>
            </li>
          ))}
        </ul>
      </section>

      <section aria-labelledby="how" className={classes['band']}>
        <h2 id="how" tabIndex={-1}>
          {t('how.title')}
        </h2>
        <p className={classes['lead']}>{t('how.lead')}</p>
        <ol className={classes['steps']}>
          {steps.map((step) => (
            <li key={step}>
              <h3>{t(`how.${step}.title`)}</h3>
              <p>{t(`how.${step}.text`)}</p>
            </li>
          ))}
        </ol>
        <Group>
          <LinkButton to="/sign-up">{t('hero.signUp')}</LinkButton>
        </Group>
      </section>

      <section aria-labelledby="secure" className={classes['two']}>
        <div>
          <h2 id="secure">{t('secure.title')}</h2>
          <p>{t('secure.text')}</p>
        </div>
        <ul>
          <li>{t('secure.secrets')}</li>
          <li>{t('secure.separate')}</li>
          <li>{t('secure.revoked')}</li>
          <li>
            {t('secure.problems')} <Link to="/problems">{t('secure.problemsLink')}</Link>
          </li>
        </ul>
      </section>

      {references.length > 0 && (
        <section aria-labelledby="references">
          <h2 id="references">{t('references.title')}</h2>
          <ul className={classes['references']}>
            {references.map((reference) => (
              <li key={reference}>{reference}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
