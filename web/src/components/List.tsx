import { Group } from '@mantine/core';
import type { IconBuilding } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './List.module.css';

interface ListProps<T> {
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** A row, as <ListRow>. */
  children: (row: T) => ReactNode;
  /** In the place of the list when it has no rows. */
  empty?: ReactNode;
}

/** A list of things of one kind (ui §3.1). On a phone the action of a row goes below its words. */
export function List<T>({ rows, keyOf, children, empty = null }: ListProps<T>) {
  if (rows.length === 0) return empty;
  return (
    <ul className={classes['list']}>
      {rows.map((row) => (
        <li key={keyOf(row)}>{children(row)}</li>
      ))}
    </ul>
  );
}

interface ListRowProps {
  icon: typeof IconBuilding;
  title: string;
  badge?: ReactNode;
  /** What there is to know, in one line where it fits. */
  facts: ReactNode[];
  /** What can be done with it. */
  action?: ReactNode;
  /** What the last act said. */
  children?: ReactNode;
}

/** One thing of a list: what it is, facts, and an act. */
export function ListRow({ icon: Icon, title, badge, facts, action, children }: ListRowProps) {
  return (
    <>
      <Icon aria-hidden size={24} stroke={1.5} className={classes['icon'] ?? ''} />
      <div className={classes['what']}>
        <Group gap="xs">
          <strong>{title}</strong>
          {badge}
        </Group>
        <p className={classes['facts']}>
          {facts.map((fact, index) => (
            <span key={index}>{fact}</span>
          ))}
        </p>
        {children}
      </div>
      {action}
    </>
  );
}
