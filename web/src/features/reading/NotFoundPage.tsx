import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../../components/LinkButton';
import { Page } from '../../components/Page';

/** No page at this address. */
export default function NotFoundPage() {
  const { t } = useTranslation('reading');
  return (
    <Page title={t('notFound.title')} width="form" lead={<p>{t('notFound.lead')}</p>}>
      <Group>
        <LinkButton to="/">{t('notFound.home')}</LinkButton>
        <LinkButton to="/sitemap" variant="default">
          {t('notFound.sitemap')}
        </LinkButton>
      </Group>
    </Page>
  );
}
