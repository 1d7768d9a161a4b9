import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../locales/i18n';
import { day } from '../../lib/time';
import { FromConfiguration } from './FromConfiguration';

/** Accessibility statement (Q2); its state of conformity and date are configuration. */
export default function AccessibilityPage() {
  const { t } = useTranslation('reading');
  return (
    <FromConfiguration
      text={(facts, { accessibility }) =>
        [
          t('accessibility.commitment', facts),
          t(`accessibility.conformance.${accessibility.conformance}`, facts),
          accessibility.auditedOn === null
            ? t('accessibility.notAudited')
            : t('accessibility.audited', { day: day(accessibility.auditedOn, currentLanguage()) }),
          t(`accessibility.inaccessible.${accessibility.conformance}`, facts),
          t('accessibility.text', facts),
        ].join('\n\n')
      }
    />
  );
}
