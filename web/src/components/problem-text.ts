import { useTranslation } from 'react-i18next';
import type { ApiError } from '../api/problem';
import { isProblemCode } from '../api/problem-codes';

interface ProblemText {
  title: string;
  /** What happened and what to do. */
  advice: string;
}

/**
 * A failure in the reader's words. The texts are a file of their own, fetched when something fails; until they are here,
 * and for a code that this build does not know, the API's own sentence stands.
 */
export function useProblemText(failure: ApiError): ProblemText {
  const { t, i18n } = useTranslation();
  const { t: tp, ready } = useTranslation('problems', { useSuspense: false });

  if (failure.code === 'network' || failure.code === 'unexpected') {
    return { title: t(`failure.${failure.code}.title`), advice: t(`failure.${failure.code}.advice`) };
  }
  // A file that could not be fetched counts as ready, too.
  const here = ready && i18n.hasResourceBundle(i18n.language, 'problems');
  if (!here || !isProblemCode(failure.code)) {
    return { title: t('failure.title'), advice: failure.detail ?? t('failure.advice') };
  }
  const { code, retryAfter } = failure;
  const parts = [tp(`code.${code}.what`), tp(`code.${code}.advice`)];
  if (retryAfter !== undefined && retryAfter > 0) {
    const minutes = Math.ceil(retryAfter / 60);
    parts.push(retryAfter < 90 ? t('failure.seconds', { count: retryAfter }) : t('failure.minutes', { count: minutes }));
  }
  return { title: tp(`code.${code}.title`), advice: parts.join(' ') };
}
