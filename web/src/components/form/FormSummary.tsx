import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../Failure';
import { Notice } from '../Notice';
import classes from './FormSummary.module.css';
import type { ApiForm } from './useApiForm';

/** What is wrong, on top of the form, with links to the fields. Takes the focus after each refused submission. */
export function FormSummary<V extends Record<string, unknown>>({ form }: { form: ApiForm<V> }) {
  const { t } = useTranslation();
  const { refusals, summary, failure, faults, labels } = form;
  const names = (Object.keys(labels) as (keyof V & string)[]).filter((name) => faults[name] !== undefined);

  useEffect(() => {
    if (refusals > 0) summary.current?.focus();
  }, [refusals, summary]);

  if (names.length === 0 && failure === null) return null;
  return (
    <div ref={summary} tabIndex={-1} className={classes['summary']} data-testid="form-summary">
      {failure !== null && <Failure error={failure} />}
      {names.length > 0 && (
        <Notice meaning="danger" title={t('form.faults', { count: names.length })}>
          <ul>
            {names.map((name) => (
              <li key={name}>
                <a
                  href={`#${name}`}
                  onClick={(event) => {
                    event.preventDefault();
                    document.getElementById(name)?.focus();
                  }}
                >
                  {t('form.fault', { field: labels[name], fault: form.text(faults[name]) ?? '' })}
                </a>
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}
