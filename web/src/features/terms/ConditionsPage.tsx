import { useTranslation } from 'react-i18next';
import { Loaded } from '../../components/Loaded';
import { ReadingPage } from '../../components/ReadingPage';
import { Page } from '../../components/Page';
import { day } from '../../lib/time';
import { currentLanguage } from '../../locales/i18n';
import { useTerms } from './api/terms';

/** The portal's terms, for everybody to read (Q2, Q8). */
export default function ConditionsPage() {
  const { t } = useTranslation('reading');
  const terms = useTerms();
  if (!terms.data) {
    return (
      <Page width="text">
        <Loaded query={terms} shape={[24, 120, 24, 120]}>
          {() => null}
        </Loaded>
      </Page>
    );
  }
  const { version, publishedAt, markdown } = terms.data;
  return (
    <ReadingPage
      lead={<p>{t('conditions.version', { version, day: day(publishedAt, currentLanguage()) })}</p>}
      text={markdown[currentLanguage()]}
    />
  );
}
