import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Empty } from '../../components/Empty';
import { Page } from '../../components/Page';
import { matches } from '../../lib/match';
import { useParameter } from '../../lib/location';
import { allCodes, codes, type Origin } from '../../api/problem-codes';
import classes from './ProblemsPage.module.css';

const origins: Origin[] = ['call', 'portal'];

/** Every code with its status, on one page (Z3, Z30); the filter lives in the address. */
export default function ProblemsPage() {
  const { t } = useTranslation('problems');
  const [, setQuery] = useSearchParams();
  const filter = useParameter('filter') ?? '';
  const rows = allCodes.filter((code) => matches(`${codes[code].status} ${code} ${t(`code.${code}.title`)}`, filter));

  return (
    <Page lead={<p>{t('list.lead')}</p>}>
      <TextInput
        id="filter"
        type="search"
        label={t('list.filter')}
        description={t('list.filterHelp')}
        leftSection={<IconSearch aria-hidden size={18} />}
        maw={480}
        maxLength={100}
        value={filter}
        onChange={(event) => {
          const { value } = event.currentTarget;
          setQuery(value === '' ? {} : { filter: value }, { replace: true });
        }}
      />
      <p role="status" className={classes['count']}>
        {t('list.count', { count: rows.length })}
      </p>
      {rows.length === 0 && (
        <Empty title={t('list.noneTitle')}>
          <p>{t('list.noneText')}</p>
        </Empty>
      )}
      {origins.map((origin) => {
        const some = rows.filter((code) => codes[code].origin === origin);
        if (some.length === 0) return null;
        return (
          <section key={origin}>
            <h2>{t(`list.origin.${origin}`)}</h2>
            <ul className={classes['codes']}>
              {some.map((code) => (
                <li key={code}>
                  <span className={classes['status']}>{codes[code].status}</span>
                  <div>
                    <Link to={`/problems/${code}`}>{t(`code.${code}.title`)}</Link>
                    <code>{code}</code>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </Page>
  );
}
