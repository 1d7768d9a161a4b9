import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { configuration } from '../../lib/configuration';
import classes from './Brand.module.css';

/** Logo and name, from the configuration; the built-in mark is a counter's window. */
export function Brand() {
  const { t } = useTranslation();
  const { name, logoUrl } = configuration().product;
  return (
    <Link to="/" className={classes['brand']} aria-label={t('frame.homeOf', { name })}>
      {logoUrl === null ? (
        <svg aria-hidden viewBox="0 0 32 32" width="36" height="36">
          <rect width="32" height="32" rx="8" fill="var(--mantine-color-accent-filled)" />
          <path
            d="M8 25V15a8 8 0 0 1 16 0v10M6 25h20M12.500 20h7"
            fill="none"
            stroke="#fff"
            strokeWidth="2.500"
            strokeLinecap="round"
          />
        </svg>
      ) : (
        <img src={logoUrl} alt="" height="36" />
      )}
      <span className={classes['name']}>{name}</span>
    </Link>
  );
}
