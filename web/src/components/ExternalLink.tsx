import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ExternalLinkProps {
  to: string;
  children: ReactNode;
}

/** A link to another site: marked, and without telling it where the reader comes from. */
export function ExternalLink({ to, children }: ExternalLinkProps) {
  const { t } = useTranslation();
  return (
    <a href={to} rel="noreferrer">
      {children} <IconExternalLink size={14} role="img" aria-label={t('frame.external')} />
    </a>
  );
}
