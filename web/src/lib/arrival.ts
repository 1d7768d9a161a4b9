import { useEffect, useRef, type RefObject } from 'react';
import { NavigationType, useLocation, useNavigationType } from 'react-router';

/**
 * The history key when the page was reached inside the portal (link or redirect), undefined on the first load and when
 * only the query changed: then the browser's own focus stays where it is.
 */
function useArrival(): string | undefined {
  const { key } = useLocation();
  const kind = useNavigationType();
  return key === 'default' || kind === NavigationType.Replace ? undefined : key;
}

/**
 * The reference for a page's h1: it takes the focus after a navigation, so that who hears the page or uses the keyboard is
 * where the page begins. `replacing`: also when the page appears in the place of a form.
 */
export function useHeading(replacing = false): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const arrival = useArrival();
  useEffect(() => {
    if (replacing) heading.current?.focus();
    else if (arrival) heading.current?.focus({ preventScroll: true });
  }, [arrival, replacing]);
  return heading;
}
