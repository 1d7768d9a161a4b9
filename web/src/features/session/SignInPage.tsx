import { Stack, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useNavigate } from 'react-router';
import { Captcha, type CaptchaHandle } from '../../components/form/Captcha';
import { Form } from '../../components/form/Form';
import { PasswordField } from '../../components/form/PasswordField';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { Notice } from '../../components/Notice';
import { Page } from '../../components/Page';
import { checkEmail } from '../../lib/checks';
import { useMessage, useParameter } from '../../lib/location';
import { returnPath } from '../../lib/return-path';
import { useSignedIn } from './api/session';
import { useSignIn } from './api/sign-in';

/** Sign in (C1–C3). After five failures the API asks for a captcha, which shows up here. */
export default function SignInPage() {
  const { t } = useTranslation('account');
  const navigate = useNavigate();
  const session = useSignedIn();
  const signIn = useSignIn();
  const captcha = useRef<CaptchaHandle>(null);
  const [asked, setAsked] = useState(false);
  const destination = returnPath(useParameter('return'));
  const reason = useMessage()?.reason;

  const form = useApiForm({
    initial: { email: '', password: '', captcha: '' },
    labels: { email: t('field.login'), password: t('field.password'), captcha: t('field.captcha') },
    validate: (values) => {
      const email = checkEmail(values.email);
      return {
        ...(email ? { email } : {}),
        ...(values.password === '' ? { password: 'required' as const } : {}),
      };
    },
    send: async (values) => {
      const solution = asked ? await captcha.current?.solution() : undefined;
      await signIn.mutateAsync({
        email: values.email.trim(),
        password: values.password,
        ...(solution === undefined ? {} : { captcha: solution }),
      });
      await navigate(destination, { replace: true });
    },
    onRefused: (error) => {
      if (error.code === 'captcha_required' || error.fields.some((f) => f.code === 'captcha_required')) setAsked(true);
      if (!error.transient) captcha.current?.renew();
    },
  });

  if (session && !form.sending) return <Navigate to={destination} replace />;
  return (
    <Page
      width="form"
      lead={
        <p>
          {t('signIn.noAccount')} <Link to="/sign-up">{t('signIn.signUp')}</Link>
        </p>
      }
    >
      <Stack gap="lg">
        {reason && (
          <Notice meaning={reason === 'terms-refused' ? 'warning' : 'success'} live>
            <p>{t(`signIn.reason.${reason}`)}</p>
          </Notice>
        )}
        {destination !== '/' && !reason && (
          <Notice meaning="information">
            <p>{t('signIn.comeBack')}</p>
          </Notice>
        )}
        <Form form={form} label={t('signIn.title')}>
          <TextInput {...form.field('email')} type="email" label={t('field.login')} autoComplete="username" maxLength={254} />
          <div>
            <PasswordField {...form.field('password')} label={t('field.password')} autoComplete="current-password" />
            <p className="below-field">
              <Link to="/forgotten">{t('signIn.forgotten')}</Link>
            </p>
            <p className="below-field">
              <Link to="/confirm">{t('signIn.unconfirmed')}</Link>
            </p>
          </div>
          {asked && <Captcha id="captcha" form="sign-in" handle={captcha} error={form.text(form.faults.captcha)} />}
          <SubmitButton sending={form.sending}>{t('signIn.submit')}</SubmitButton>
        </Form>
      </Stack>
    </Page>
  );
}
