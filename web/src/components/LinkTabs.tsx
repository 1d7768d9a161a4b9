import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import classes from './LinkTabs.module.css';

interface LinkTabsProps {
  label: string;
  tabs: { label: string; to: string }[];
}

/** Tabs are links: each has an address (ui §2). On a narrow screen they scroll, and the current one is brought into view. */
export function LinkTabs({ label, tabs }: LinkTabsProps) {
  const row = useRef<HTMLElement>(null);
  const { pathname } = useLocation();

  useEffect(() => {
    const current = row.current?.querySelector<HTMLElement>('[aria-current=page]');
    // Not scrollIntoView: it would scroll the page, too.
    if (row.current && current)
      row.current.scrollLeft = current.offsetLeft - row.current.clientWidth / 2 + current.clientWidth / 2;
  }, [pathname]);

  return (
    <nav ref={row} aria-label={label} className={classes['tabs']}>
      {tabs.map((tab) => (
        <NavLink key={tab.to} to={tab.to} end>
          {tab.label}
        </NavLink>
      ))}
    </nav>
  );
}
