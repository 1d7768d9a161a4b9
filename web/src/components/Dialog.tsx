import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Dialog.module.css';

interface DialogProps {
  title: string;
  size?: 'md' | 'lg';
  /** Without it there is no way out but the dialog's own buttons: no cross, no Escape, no click beside it. */
  onClose?: () => void;
  /** A click beside it closes it. */
  closeOnClickOutside?: boolean;
  children: ReactNode;
}

/** A dialog: traps the focus, gives it back when it goes. Its parent draws it only while it is open. */
export function Dialog({ title, size = 'md', onClose, closeOnClickOutside = true, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal.Root
      opened
      centered
      size={size}
      radius="md"
      onClose={() => onClose?.()}
      closeOnEscape={onClose !== undefined}
      closeOnClickOutside={onClose !== undefined && closeOnClickOutside}
      transitionProps={{ duration: 150 }}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* Not the library's header: inside a dialog it would be a second banner of the page. */}
        <div className={classes['head']}>
          <Modal.Title>{title}</Modal.Title>
          {onClose !== undefined && <Modal.CloseButton aria-label={t('act.close')} />}
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
