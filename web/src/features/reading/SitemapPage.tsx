import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Page } from '../../components/Page';
import { useSignedIn } from '../session/api/session';
import { sitePages } from './site-pages';
import classes from './SitemapPage.module.css';

/** Every page of the portal that the reader can open (A9, Q1). */
export default function SitemapPage() {
  const { t } = useTranslation('reading');
  const { t: tc } = useTranslation();
  return (
    <Page title={t('sitemap.title')} lead={<p>{t('sitemap.lead')}</p>}>
      <div className={classes['groups']}>
        {sitePages(useSignedIn()).map((group) => (
          <section key={group.name} aria-labelledby={`group-${group.name}`}>
            <h2 id={`group-${group.name}`}>{t(`sitemap.${group.name}`)}</h2>
            <ul>
              {group.pages.map((page) => (
                <li key={page.to}>
                  <Link to={page.to}>{tc(`page.${page.label}`)}</Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Page>
  );
}
