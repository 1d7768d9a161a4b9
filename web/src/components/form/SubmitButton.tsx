import { Button, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface SubmitButtonProps {
  sending: boolean;
  /** Says what it does: "Create the account". */
  children: ReactNode;
}

/** The one main button of a form. It keeps the focus and its words while sending; a second press does nothing. */
export function SubmitButton({ sending, children }: SubmitButtonProps) {
  const { t } = useTranslation();
  return (
    <div>
      <Button
        type="submit"
        aria-disabled={sending}
        leftSection={sending ? <Loader size={16} color="white" aria-hidden /> : undefined}
      >
        {children}
      </Button>
      <span role="status" className="visually-hidden">
        {sending ? t('state.sending') : ''}
      </span>
    </div>
  );
}
