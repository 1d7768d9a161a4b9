import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { AltchaWidgetElement } from 'altcha/types/generic';
import type { Schemas } from '../../api/client';
import { ApiError } from '../../api/problem';
import classes from './Captcha.module.css';

/** What a form does with its captcha. */
export interface CaptchaHandle {
  /** The solution, waited for when it is being worked out; rejects with a fault of the field `captcha`, or the network's. */
  solution: () => Promise<string>;
  /** Throws the solution away and starts again: a solution is accepted once. */
  renew: () => void;
}

interface CaptchaProps {
  id: string;
  form: Schemas['CaptchaForm'];
  error: string | undefined;
  handle: Ref<CaptchaHandle>;
}

/** A form that is being sent and wants the solution. */
interface Waiting {
  resolve: (solution: string) => void;
  reject: (failure: unknown) => void;
}

interface StateChange {
  state: string;
  payload?: string | null;
}

/**
 * The proof of work (Z21): ALTCHA's widget, self-hosted, its worker a file of our own. It starts by itself when the form
 * gets the focus, again when it has expired, and needs neither sight, sound nor pointer.
 */
export function Captcha({ id, form, error, handle }: CaptchaProps) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const widget = useRef<AltchaWidgetElement | null>(null);
  const solved = useRef('');
  const working = useRef(false);
  const waiting = useRef<Waiting[]>([]);
  const group = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState(false);
  const [ready, setReady] = useState(false);

  // The widget's code is fetched when the reader begins to fill in the form.
  useEffect(() => {
    const around = group.current?.closest('form');
    const begin = () => setWanted(true);
    if (around?.contains(document.activeElement)) begin();
    around?.addEventListener('focusin', begin, { once: true });
    return () => around?.removeEventListener('focusin', begin);
  }, []);

  useImperativeHandle(handle, () => ({
    renew: () => {
      solved.current = '';
      widget.current?.reset();
      void widget.current?.verify();
    },
    solution: () =>
      new Promise((resolve, reject) => {
        if (solved.current !== '') {
          resolve(solved.current);
          return;
        }
        waiting.current.push({ resolve, reject });
        setWanted(true); // a form can be sent before the widget's code is there
        if (widget.current && !working.current) void widget.current.verify();
      }),
  }));

  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    const loading = import('./altcha').then(({ makeWidget }) => {
      if (gone || !place.current) return;
      const made = makeWidget(form, {
        label: t('captcha.label'),
        verifying: t('captcha.verifying'),
        verified: t('captcha.verified'),
        error: t('captcha.error'),
        expired: t('captcha.expired'),
        verificationRequired: t('fault.captcha_required'),
      });
      made.addEventListener('statechange', (event) => {
        const { state, payload } = (event as CustomEvent<StateChange>).detail;
        if (gone) return;
        solved.current = state === 'verified' ? (payload ?? '') : '';
        working.current = state === 'verifying';
        if (state === 'expired') void made.verify();
        if (state === 'verifying' || state === 'unverified' || state === 'expired') return;
        for (const { resolve, reject } of waiting.current.splice(0)) {
          if (solved.current !== '') resolve(solved.current);
          else reject(ApiError.atField('captcha', 'captcha_required'));
        }
      });
      const begin = () => {
        widget.current = made;
        void made.verify();
      };
      made.addEventListener('load', begin, { once: true });
      place.current.replaceChildren(made);
      setReady(true);
    });
    // Who sends the form is told, and asks for the file again by sending once more.
    loading.catch((failure: unknown) => {
      if (gone) return;
      setWanted(false);
      for (const { reject } of waiting.current.splice(0)) reject(failure);
    });
    return () => {
      gone = true;
      setReady(false);
      widget.current = null;
      solved.current = '';
      working.current = false;
    };
    // The widget takes its words when it is made: another language makes another one.
  }, [wanted, form, i18n.language, t]);

  return (
    <div ref={group} id={id} tabIndex={-1} role="group" aria-labelledby={`${id}-title`} className={classes['captcha']}>
      <p id={`${id}-title`} className={classes['title']}>
        {t('captcha.title')}
      </p>
      {!ready && <div className={classes['place']}>{wanted ? t('captcha.starting') : t('captcha.waiting')}</div>}
      <div ref={place} />
      <p className={classes['help']}>{t('captcha.help')}</p>
      {error !== undefined && <p className={classes['error']}>{error}</p>}
    </div>
  );
}
