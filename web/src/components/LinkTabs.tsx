import { NavLink } from 'react-router';
import classes from './LinkTabs.module.css';

interface LinkTabsProps {
  label: string;
  tabs: { label: string; to: string }[];
}

/** Tabs are links: each has an address (ui §2). */
export function LinkTabs({ label, tabs }: LinkTabsProps) {
  return (
    <nav aria-label={label} className={classes['tabs']}>
      {tabs.map((tab) => (
        <NavLink key={tab.to} to={tab.to} end>
          {tab.label}
        </NavLink>
      ))}
    </nav>
  );
}
