import { TextInput } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Captcha, type CaptchaHandle } from '../../components/form/Captcha';
import { Form } from '../../components/form/Form';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { checkEmail } from '../../lib/checks';
import type { MailRequest } from './api/resend';

interface MailFormProps {
  captchaForm: 'resend' | 'password-reset';
  label: string;
  submit: string;
  email?: string;
  send: (body: MailRequest) => Promise<unknown>;
}

/** Address and captcha: asks for a mail with a link. */
export function MailForm({ captchaForm, label, submit, email = '', send }: MailFormProps) {
  const { t } = useTranslation('account');
  const captcha = useRef<CaptchaHandle>(null);
  const form = useApiForm({
    initial: { email, captcha: '' },
    labels: { email: t('field.email'), captcha: t('field.captcha') },
    validate: (values) => {
      const fault = checkEmail(values.email);
      return fault ? { email: fault } : {};
    },
    send: async (values) => {
      const solution = await captcha.current?.solution();
      await send({ email: values.email.trim(), captcha: solution ?? '' });
    },
    onRefused: (error) => {
      if (!error.transient) captcha.current?.renew();
    },
  });
  return (
    <Form form={form} label={label}>
      <TextInput {...form.field('email')} type="email" label={t('field.email')} autoComplete="email" maxLength={254} />
      <Captcha id="captcha" form={captchaForm} handle={captcha} error={form.text(form.faults.captcha)} />
      <SubmitButton sending={form.sending}>{submit}</SubmitButton>
    </Form>
  );
}
