import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ExternalLink } from '../../components/ExternalLink';
import { useConfiguration } from '../../features/site/api/configuration';
import type { Schemas } from '../../api/client';
import { currentLanguage } from '../../locales/i18n';
import { Brand } from './Brand';
import classes from './Footer.module.css';
import { LanguageSwitch } from './LanguageSwitch';

/** Site map, commitments, where to follow us, related sites, version and language (Q1–Q7). */
export function Footer() {
  const { t } = useTranslation();
  const { data: configuration, isPending } = useConfiguration();
  return (
    <footer className={classes['footer']} data-pending={isPending}>
      <div className={classes['inner']}>
        <div className={classes['about']}>
          <Brand />
          {configuration && <p>{configuration.product.tagline[currentLanguage()]}</p>}
        </div>
        <nav aria-label={t('footer.know')}>
          <h2>{t('footer.know')}</h2>
          <ul>
            <li>
              <Link to="/sitemap">{t('page.sitemap')}</Link>
            </li>
            <li>
              <Link to="/problems">{t('page.problems')}</Link>
            </li>
            {configuration && (
              <li>
                <a href={`mailto:${configuration.support.email}`}>{t('footer.support')}</a>
              </li>
            )}
          </ul>
        </nav>
        <nav aria-label={t('footer.commitments')}>
          <h2>{t('footer.commitments')}</h2>
          <ul>
            <li>
              <Link to="/legal">{t('page.legal')}</Link>
            </li>
            <li>
              <Link to="/accessibility">{t('page.accessibility')}</Link>
            </li>
            <li>
              <Link to="/conditions">{t('page.conditions')}</Link>
            </li>
            <li>
              <Link to="/cookies">{t('page.cookies')}</Link>
            </li>
          </ul>
        </nav>
        <Outside title={t('footer.follow')} links={configuration?.footer.follow ?? []} />
        <Outside title={t('footer.related')} links={configuration?.footer.related ?? []} />
      </div>
      <div className={classes['bottom']}>
        <span>{configuration && t('footer.version', { version: configuration.version })}</span>
        <LanguageSwitch whole />
      </div>
    </footer>
  );
}

function Outside({ title, links }: { title: string; links: Schemas['Link'][] }) {
  if (links.length === 0) return null;
  return (
    <nav aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {links.map((link) => (
          <li key={link.url}>
            <ExternalLink to={link.url}>{link.label[currentLanguage()]}</ExternalLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
