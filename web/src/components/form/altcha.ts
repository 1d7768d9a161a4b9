/** ALTCHA's widget, loaded only where a form needs it. `external`: styles and workers are files, as the policy wants. */
import 'altcha/external';
import 'altcha/altcha.css';
import './altcha.theme.css';
import type { AltchaWidgetElement } from 'altcha/types/generic';
import Pbkdf2Worker from 'altcha/workers/pbkdf2?worker';
import ShaWorker from 'altcha/workers/sha?worker';
import type { Schemas } from '../../api/client';

for (const hash of ['SHA-256', 'SHA-384', 'SHA-512']) {
  globalThis.$altcha.algorithms.set(`PBKDF2/${hash}`, () => new Pbkdf2Worker());
  globalThis.$altcha.algorithms.set(hash, () => new ShaWorker());
}

interface Words {
  label: string;
  verifying: string;
  verified: string;
  error: string;
  expired: string;
  verificationRequired: string;
}

/** A widget for one form, in the words of the page. */
export function makeWidget(form: Schemas['CaptchaForm'], words: Words): AltchaWidgetElement {
  const language = document.documentElement.lang;
  globalThis.$altcha.i18n.set(language, { ...globalThis.$altcha.i18n.get(language), ...words });
  const widget = document.createElement('altcha-widget');
  widget.setAttribute('challenge', `/api/captcha?form=${form}`);
  widget.setAttribute('language', language);
  widget.setAttribute('auto', 'onfocus');
  widget.setAttribute(
    'configuration',
    JSON.stringify({
      credentials: 'same-origin',
      hideFooter: true,
      hideLogo: true,
      humanInteractionSignature: false,
      minDuration: 0,
    }),
  );
  return widget;
}
