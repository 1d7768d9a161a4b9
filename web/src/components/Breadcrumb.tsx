import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './Breadcrumb.module.css';

export interface Crumb {
  label: string;
  to: string;
}

interface BreadcrumbProps {
  trail: Crumb[];
  here: string;
}

/** Where this page stands (A8). The last step is the page itself and no link. */
export function Breadcrumb({ trail, here }: BreadcrumbProps) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('frame.breadcrumb')} className={classes['breadcrumb']}>
      <ol>
        {[{ label: t('page.home'), to: '/' }, ...trail].map(({ label, to }) => (
          <li key={to}>
            <Link to={to}>{label}</Link>
          </li>
        ))}
        <li aria-current="page">{here}</li>
      </ol>
    </nav>
  );
}
