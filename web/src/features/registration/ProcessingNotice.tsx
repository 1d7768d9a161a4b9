import { useTranslation } from 'react-i18next';
import { configuration } from '../../lib/configuration';
import classes from './ProcessingNotice.module.css';

/** Who uses the data and for what, and where to write to take the consent back (B18). */
export function ProcessingNotice() {
  const { t } = useTranslation('account');
  const { controller, dataProtectionEmail } = configuration().legal;
  return (
    <p className={classes['notice']}>
      {t('signUp.processing', { controller: controller.name })}{' '}
      <a href={`mailto:${dataProtectionEmail}`}>{dataProtectionEmail}</a>
    </p>
  );
}
