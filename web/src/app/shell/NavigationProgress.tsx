import { useNavigation } from 'react-router';
import classes from './NavigationProgress.module.css';

/** A thin line while the next page's code is fetched, after 200 ms. */
export function NavigationProgress() {
  const { state } = useNavigation();
  return state === 'idle' ? null : <div aria-hidden className={classes['line']} />;
}
