import { Button, CopyButton as Copy } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface CopyButtonProps {
  value: string;
  /** What is copied, for those who hear the page: "client id". */
  what: string;
}

/** Copies a text and says so. */
export function CopyButton({ value, what }: CopyButtonProps) {
  const { t } = useTranslation();
  return (
    <Copy value={value} timeout={2500}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size="sm"
          onClick={copy}
          leftSection={copied ? <IconCheck aria-hidden size={16} /> : <IconCopy aria-hidden size={16} />}
          aria-label={copied ? t('act.copiedWhat', { what }) : t('act.copyWhat', { what })}
        >
          <span aria-live="polite">{copied ? t('act.copied') : t('act.copy')}</span>
        </Button>
      )}
    </Copy>
  );
}
