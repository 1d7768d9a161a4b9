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
    const tabs = row.current;
    const current = tabs?.querySelector<HTMLElement>('[aria-current=page]');
    if (!tabs || !current) return;
    // At once, and when a phone is turned. Not scrollIntoView: it would scroll the page, too.
    const observer = new ResizeObserver(() => {
      tabs.scrollLeft = current.offsetLeft - tabs.clientWidth / 2 + current.clientWidth / 2;
    });
    observer.observe(tabs);
    return () => observer.disconnect();
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
