import { Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Captcha, type CaptchaHandle } from '../../components/form/Captcha';
import { Form } from '../../components/form/Form';
import { LeaveGuard } from '../../components/form/LeaveGuard';
import { NewPasswordField } from '../../components/form/NewPasswordField';
import { PasswordField } from '../../components/form/PasswordField';
import { SubmitButton } from '../../components/form/SubmitButton';
import { useApiForm } from '../../components/form/useApiForm';
import { Page } from '../../components/Page';
import { currentLanguage } from '../../locales/i18n';
import { useOpenOrganisations } from '../site/api/organisations';
import { termsQuery, useTerms } from '../terms/api/terms';
import { useRegister } from './api/register';
import { ProcessingNotice } from './ProcessingNotice';
import { checkSignUp, emptySignUp, registrationOf } from './sign-up';
import { MailSent } from './MailSent';

/** The registration form (B1–B22). */
export default function SignUpPage() {
  const { t } = useTranslation('account');
  const client = useQueryClient();
  const register = useRegister();
  const organisations = useOpenOrganisations();
  const terms = useTerms();
  const captcha = useRef<CaptchaHandle>(null);
  const [sent, setSent] = useState<{ email: string; minutes: number } | null>(null);

  const form = useApiForm({
    initial: emptySignUp,
    labels: {
      fullName: t('field.fullName'),
      email: t('field.email'),
      password: t('field.password'),
      confirmation: t('field.confirmation'),
      hasCode: t('signUp.hasCode'),
      organisationCode: t('field.organisationCode'),
      organisationId: t('field.organisation'),
      newsletter: t('signUp.newsletter'),
      surveys: t('signUp.surveys'),
      terms: t('signUp.termsLabel'),
      captcha: t('field.captcha'),
    },
    renamed: { termsHash: 'terms' },
    validate: checkSignUp,
    send: async (values) => {
      const { data: current } = terms.data ? terms : await terms.refetch({ throwOnError: true });
      const solution = await captcha.current?.solution();
      const { linkLifetimeMinutes } = await register.mutateAsync(
        registrationOf(values, current?.hash ?? '', solution ?? '', currentLanguage()),
      );
      setSent({ email: values.email.trim(), minutes: linkLifetimeMinutes });
    },
    onRefused: (error) => {
      if (!error.transient) captcha.current?.renew();
      if (error.fields.some((f) => f.code === 'terms_outdated')) void client.invalidateQueries({ queryKey: termsQuery.queryKey });
    },
  });

  if (sent) return <MailSent kind="confirmation" email={sent.email} minutes={sent.minutes} />;

  const { values } = form;
  return (
    <Page
      width="form"
      lead={
        <>
          <p>{t('signUp.lead')}</p>
          <p>
            {t('signUp.already')} <Link to="/sign-in">{t('signUp.signIn')}</Link>
          </p>
        </>
      }
    >
      <LeaveGuard when={form.dirty && !form.sending} />
      <Form form={form} label={t('signUp.title')}>
        <p>{t('signUp.mandatory')}</p>
        <TextInput {...form.field('fullName')} label={t('field.fullName')} autoComplete="name" maxLength={100} />
        <TextInput
          {...form.field('email')}
          type="email"
          label={t('field.email')}
          description={t('signUp.emailHelp')}
          autoComplete="email"
          maxLength={254}
        />
        <NewPasswordField {...form.field('password')} label={t('field.password')} />
        <PasswordField {...form.field('confirmation')} label={t('field.confirmation')} autoComplete="new-password" />
        <Stack gap="sm">
          <Checkbox {...form.tick('hasCode')} label={t('signUp.hasCode')} description={t('signUp.hasCodeHelp')} />
          {values.hasCode ? (
            <TextInput
              {...form.field('organisationCode')}
              label={t('field.organisationCode')}
              description={t('signUp.codeHelp')}
              maxLength={64}
              autoComplete="off"
            />
          ) : (
            <NativeSelect
              {...form.field('organisationId')}
              label={t('field.organisation')}
              description={t('signUp.organisationHelp')}
              disabled={!organisations.data}
              data={(organisations.data ?? [{ id: '', name: t('signUp.organisationsWait'), default: true }]).map((o) => ({
                value: o.default ? '' : o.id,
                label: o.name,
              }))}
            />
          )}
        </Stack>
        <Stack gap="sm">
          <Checkbox {...form.tick('newsletter')} label={t('signUp.newsletter')} />
          <Checkbox {...form.tick('surveys')} label={t('signUp.surveys')} />
          <Checkbox
            {...form.tick('terms')}
            label={
              <>
                {t('signUp.terms')}{' '}
                <Link to="/conditions" target="_blank">
                  {t('signUp.termsLink')}
                </Link>
              </>
            }
          />
        </Stack>
        <ProcessingNotice />
        <Captcha id="captcha" form="registration" handle={captcha} error={form.text(form.faults.captcha)} />
        <SubmitButton sending={form.sending}>{t('signUp.submit')}</SubmitButton>
      </Form>
    </Page>
  );
}
