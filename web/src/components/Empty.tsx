import type { ReactNode } from 'react';
import classes from './Empty.module.css';

interface EmptyProps {
  title: string;
  /** What this place is for. */
  children: ReactNode;
  /** The one thing to do. */
  action?: ReactNode;
}

/** The empty state. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className={classes['empty']}>
      <svg
        aria-hidden
        viewBox="0 0 120 72"
        width="120"
        height="72"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      >
        <path d="M4 68h112M24 68V36a20 20 0 0 1 40 0v32M76 68V46a10 10 0 0 1 20 0v22" />
        <path d="M34 54h20M44 40v4" />
      </svg>
      <p className={classes['title']}>{title}</p>
      <div className={classes['text']}>{children}</div>
      {action}
    </div>
  );
}
