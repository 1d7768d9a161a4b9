import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '../../components/Empty';
import { LinkButton } from '../../components/LinkButton';
import { Page } from '../../components/Page';
import { namedPages } from '../../pages';
import { matches } from '../../lib/match';
import { useParameter } from '../../lib/location';
import { allCodes, codes } from '../../api/problem-codes';
import { useSignedIn } from '../session/api/session';
import classes from './SearchPage.module.css';

interface Hit {
  to: string;
  title: string;
  about: string;
}

/** Results of the header's search (A3): pages of the portal and response codes. The question lives in the address. */
export default function SearchPage() {
  const { t } = useTranslation('reading');
  const { t: tc } = useTranslation();
  const { t: tp } = useTranslation('problems');
  const session = useSignedIn();
  const question = (useParameter('q') ?? '').slice(0, 100).trim();

  const pages: Hit[] = namedPages(session !== undefined)
    .filter((page) => page.group !== undefined)
    .map(({ path, title }) => ({ to: path, title: tc(`page.${title}`), about: t(`search.about.${title}`) }));
  const problems: Hit[] = allCodes.map((code) => ({
    to: `/problems/${code}`,
    title: tp(`code.${code}.title`),
    about: t('search.code', { status: codes[code].status, code }),
  }));
  const hits = question === '' ? [] : [...pages, ...problems].filter((hit) => matches(`${hit.title} ${hit.about}`, question));

  return (
    <Page {...(question === '' ? {} : { title: t('search.titleFor', { question }) })} width="text">
      <p role="status">{question === '' ? t('search.ask') : t('search.count', { count: hits.length })}</p>
      {question !== '' && hits.length === 0 && (
        <Empty title={t('search.noneTitle')} action={<LinkButton to="/sitemap">{t('search.sitemap')}</LinkButton>}>
          <p>{t('search.noneText')}</p>
        </Empty>
      )}
      <ul className={classes['hits']}>
        {hits.map((hit) => (
          <li key={hit.to}>
            <Link to={hit.to}>{hit.title}</Link>
            <p>{hit.about}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
