import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Notice.module.css';

export type Meaning = 'success' | 'warning' | 'danger' | 'information';

const icons = {
  success: IconCircleCheck,
  warning: IconAlertTriangle,
  danger: IconCircleX,
  information: IconInfoCircle,
};

interface NoticeProps {
  meaning: Meaning;
  title?: string;
  /** Announced at once when it appears; leave out for what stands on the page from the start. */
  live?: boolean;
  children?: ReactNode;
}

/** A message with one of the four meanings: colour, icon and words together. */
export function Notice({ meaning, title, live = false, children }: NoticeProps) {
  const Icon = icons[meaning];
  return (
    <div
      className={classes['notice']}
      data-meaning={meaning}
      role={live ? (meaning === 'danger' ? 'alert' : 'status') : undefined}
    >
      <Icon aria-hidden size={24} stroke={1.75} className={classes['icon']} />
      <div className={classes['body']}>
        {title !== undefined && <p className={classes['title']}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
