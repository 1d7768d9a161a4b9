import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useParameter } from '../../lib/location';

interface SiteSearchProps {
  id: string;
  onSearch?: () => void;
}

/** The search box of the header (A3). It leads to the results' page, whose address holds the question. */
export function SiteSearch({ id, onSearch }: SiteSearchProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const question = useParameter('q') ?? '';
  return (
    <form
      role="search"
      action="/search"
      onSubmit={(event) => {
        event.preventDefault();
        const text = new FormData(event.currentTarget).get('q');
        onSearch?.();
        void navigate(`/search?q=${encodeURIComponent(typeof text === 'string' ? text.trim() : '')}`);
      }}
    >
      <TextInput
        key={question}
        id={id}
        name="q"
        type="search"
        size="sm"
        maxLength={100}
        defaultValue={question}
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        leftSection={<IconSearch aria-hidden size={18} />}
      />
    </form>
  );
}
