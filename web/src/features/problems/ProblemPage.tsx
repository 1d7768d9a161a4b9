import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { CodeBlock } from '../../components/CodeBlock';
import { Facts } from '../../components/Facts';
import { LinkButton } from '../../components/LinkButton';
import { Page } from '../../components/Page';
import { configuration } from '../../lib/configuration';
import { codes, isProblemCode } from '../../api/problem-codes';
import classes from './ProblemPage.module.css';

/** What a code means: what happened, what to do, what the answer looks like. */
export default function ProblemPage() {
  const { t } = useTranslation('problems');
  const { t: tc } = useTranslation();
  const { support } = configuration();
  const { code = '' } = useParams();
  const trail = [{ label: tc('page.problems'), to: '/problems' }];

  if (!isProblemCode(code)) {
    return (
      <Page title={t('page.unknownTitle')} trail={trail} width="form" lead={<p>{t('page.unknownText')}</p>}>
        <LinkButton to="/problems">{t('page.all')}</LinkButton>
      </Page>
    );
  }

  const title = t(`code.${code}.title`);
  const { status, origin } = codes[code];
  const example = {
    type: `${window.location.origin}/problems/${code}`,
    title,
    status,
    code,
    detail: t(`code.${code}.what`),
    correlationId: '3f0c1a52-7d1e-4b0e-9a53-0d5c7f0e8b11',
  };
  return (
    <Page title={title} trail={trail} lead={<p>{t(`code.${code}.what`)}</p>}>
      <div className={classes['text']}>
        <Facts
          facts={[
            { label: t('page.code'), value: <code>{code}</code> },
            { label: t('page.status'), value: status },
            { label: t('page.origin'), value: t(`page.from.${origin}`) },
          ]}
        />
        <h2>{t('page.todo')}</h2>
        <p>{t(`code.${code}.advice`)}</p>
        <h2>{t('page.example')}</h2>
        <CodeBlock label={t('page.example')} samples={[{ language: 'JSON', code: JSON.stringify(example, null, 2) }]} />
        <p className={classes['after']}>
          {t('page.support')} <a href={`mailto:${support.email}`}>{support.email}</a>
        </p>
      </div>
    </Page>
  );
}
