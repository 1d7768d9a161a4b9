import type { ReactNode } from 'react';
import classes from './DialogActions.module.css';

/** The buttons of a dialog: the way out first, the act last; under each other on a phone, the act on top. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={classes['actions']}>{children}</div>;
}
