import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Page } from '../../components/Page';
import { useSignedIn } from '../session/api/session';
import { namedPages } from '../../pages';
import classes from './SitemapPage.module.css';

const groups = ['start', 'account', 'help', 'commitments'] as const;

/** Every page of the portal that the reader can open (A9, Q1). */
export default function SitemapPage() {
  const { t } = useTranslation('reading');
  const { t: tc } = useTranslation();
  const visible = namedPages(useSignedIn() !== undefined);
  return (
    <Page lead={<p>{t('sitemap.lead')}</p>}>
      <div className={classes['groups']}>
        {groups.map((group) => (
          <section key={group} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`}>{t(`sitemap.${group}`)}</h2>
            <ul>
              {visible
                .filter((page) => page.group === group)
                .map(({ path, title }) => (
                  <li key={path}>
                    <Link to={path}>{tc(`page.${title}`)}</Link>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Page>
  );
}
