import { useTranslation } from 'react-i18next';
import { exact, relative } from '../lib/time';

/** A time: relative on the page, exact on hover and for machines. */
export function Moment({ at }: { at: string }) {
  const { i18n } = useTranslation();
  return (
    <time dateTime={at} title={exact(at)}>
      {relative(at, i18n.language)}
    </time>
  );
}
