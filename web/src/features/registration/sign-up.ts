import type { Faults } from '../../components/form/useApiForm';
import { checkEmail, checkNewPassword } from '../../lib/checks';
import type { Language } from '../../locales/i18n';
import type { Registration } from './api/register';

export type SignUp = {
  fullName: string;
  email: string;
  password: string;
  confirmation: string;
  hasCode: boolean;
  organisationCode: string;
  /** Empty means the default organisation. */
  organisationId: string;
  newsletter: boolean;
  surveys: boolean;
  terms: boolean;
  /** Only the place of its faults; the widget holds the solution. */
  captcha: string;
};

export const emptySignUp: SignUp = {
  fullName: '',
  email: '',
  password: '',
  confirmation: '',
  hasCode: false,
  organisationCode: '',
  organisationId: '',
  newsletter: false,
  surveys: false,
  terms: false,
  captcha: '',
};

/** What the page sees at once; everything is checked again by the API (RG-12). */
export function checkSignUp(values: SignUp): Faults<SignUp> {
  const faults: Faults<SignUp> = {};
  if (values.fullName.trim() === '') faults.fullName = 'required';
  const email = checkEmail(values.email);
  if (email) faults.email = email;
  const password = checkNewPassword(values.password);
  if (password) faults.password = password;
  if (values.confirmation !== values.password) faults.confirmation = 'mismatch';
  if (values.hasCode && values.organisationCode.trim() === '') faults.organisationCode = 'required';
  if (!values.terms) faults.terms = 'unchecked';
  return faults;
}

/** The body of the call. A code excludes a choice from the list (B12, B13). */
export function registrationOf(values: SignUp, termsHash: string, captcha: string, language: Language): Registration {
  return {
    fullName: values.fullName.trim(),
    email: values.email.trim(),
    password: values.password,
    ...(values.hasCode ? { organisationCode: values.organisationCode.trim() } : {}),
    ...(!values.hasCode && values.organisationId !== '' ? { organisationId: values.organisationId } : {}),
    newsletter: values.newsletter,
    surveys: values.surveys,
    termsHash,
    language,
    captcha,
  };
}
