import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import type { PasswordInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { kept, rules, strength } from '../../lib/password';
import { PasswordField } from './PasswordField';
import classes from './NewPasswordField.module.css';

interface NewPasswordFieldProps extends PasswordInputProps {
  id: string;
  value: string;
}

const levels = { insufficient: 1, sufficient: 2, strong: 3 } as const;

/** A new password with its strength and the five rules while it is typed (B4–B9). */
export function NewPasswordField({ id, value, ...rest }: NewPasswordFieldProps) {
  const { t } = useTranslation();
  const level = strength(value);
  const done = kept(value);
  const empty = value === '';
  return (
    <div>
      <PasswordField
        id={id}
        value={value}
        autoComplete="new-password"
        description={t('password.help')}
        descriptionProps={{ className: 'visually-hidden' }}
        {...rest}
      />
      <div className={classes['strength']} data-level={empty ? 'none' : level}>
        <span aria-hidden className={classes['meter']}>
          {[1, 2, 3].map((bar) => (
            <span key={bar} data-on={!empty && bar <= levels[level]} />
          ))}
        </span>
        <span aria-live="polite">
          {t('password.strength')} <strong>{empty ? t('password.none') : t(`password.${level}`)}</strong>
        </span>
      </div>
      <ul id={`${id}-rules`} className={classes['rules']}>
        {rules.map((rule) => (
          <li key={rule} data-kept={done.has(rule)}>
            {done.has(rule) ? <IconCircleCheckFilled aria-hidden size={18} /> : <IconCircle aria-hidden size={18} />}
            <span>{t(`password.rule.${rule}`)}</span>
            <span className="visually-hidden">{done.has(rule) ? t('password.kept') : t('password.missing')}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
