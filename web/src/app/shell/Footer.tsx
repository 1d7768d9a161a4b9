import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ExternalLink } from '../../components/ExternalLink';
import { configuration } from '../../lib/configuration';
import type { Schemas } from '../../api/client';
import { currentLanguage } from '../../locales/i18n';
import { namedPages } from '../../pages';
import { Brand } from './Brand';
import classes from './Footer.module.css';
import { LanguageSwitch } from './LanguageSwitch';

const commitments = namedPages(false).filter((page) => page.group === 'commitments');

/** Site map, commitments, where to follow us, related sites, version and language (Q1–Q7). */
export function Footer() {
  const { t } = useTranslation();
  const { product, support, footer, version } = configuration();
  return (
    <footer className={classes['footer']}>
      <div className={classes['inner']}>
        <div className={classes['about']}>
          <Brand />
          <p>{product.tagline[currentLanguage()]}</p>
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
            <li>
              <a href={`mailto:${support.email}`}>{t('footer.support')}</a>
            </li>
          </ul>
        </nav>
        <nav aria-label={t('footer.commitments')}>
          <h2>{t('footer.commitments')}</h2>
          <ul>
            {commitments.map(({ path, title }) => (
              <li key={path}>
                <Link to={path}>{t(`page.${title}`)}</Link>
              </li>
            ))}
          </ul>
        </nav>
        <Outside title={t('footer.follow')} links={footer.follow} />
        <Outside title={t('footer.related')} links={footer.related} />
      </div>
      <div className={classes['bottom']}>
        <span>{t('footer.version', { version })}</span>
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
