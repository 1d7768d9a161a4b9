import { NavigationType, useLocation, useNavigationType } from 'react-router';

/**
 * The history key when the page was reached inside the portal (link or redirect), undefined on the first load and when
 * only the query changed: then the browser's own focus stays where it is.
 */
export function useArrival(): string | undefined {
  const { key } = useLocation();
  const kind = useNavigationType();
  return key === 'default' || kind === NavigationType.Replace ? undefined : key;
}
