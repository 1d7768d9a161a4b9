import { useId, type ReactNode } from 'react';
import classes from './Panel.module.css';

interface PanelProps {
  title: ReactNode;
  /** A sentence under the title. */
  lead?: ReactNode;
  /** Beside the title: a badge, a button. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A bordered section with an h2. */
export function Panel({ title, lead, aside, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classes['panel']} aria-labelledby={id}>
      <div className={classes['head']}>
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {lead !== undefined && <p className={classes['lead']}>{lead}</p>}
      {children}
    </section>
  );
}
