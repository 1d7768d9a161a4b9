import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Meaning } from './Notice';
import classes from './Badge.module.css';

interface BadgeProps {
  meaning: Meaning | 'neutral';
  icon: TablerIcon;
  children: ReactNode;
}

/** A state in one or two words, with an icon beside the colour. */
export function Badge({ meaning, icon: Icon, children }: BadgeProps) {
  return (
    <span className={classes['badge']} data-meaning={meaning}>
      <Icon aria-hidden size={16} stroke={2} />
      {children}
    </span>
  );
}
