import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../features/session/api/session';
import { useUpdateMe } from '../../features/profile/api/me';
import { changeLanguage, languages, type Language } from '../../locales/i18n';
import classes from './LanguageSwitch.module.css';

const names: Record<Language, string> = { fr: 'Français', en: 'English' };

/** French or English (Q7): kept in this browser, and in the account of who is signed in, for mails too. */
export function LanguageSwitch({ whole = false }: { whole?: boolean }) {
  const { t, i18n } = useTranslation();
  const person = useSignedIn();
  const update = useUpdateMe();

  async function choose(language: Language) {
    await changeLanguage(language);
    if (person) update.mutate({ language });
  }

  return (
    <div role="group" aria-label={t('frame.language')} className={classes['switch']}>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={i18n.language === language}
          aria-label={whole ? undefined : `${language.toUpperCase()} – ${names[language]}`}
          onClick={() => void choose(language)}
        >
          {whole ? names[language] : language.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
