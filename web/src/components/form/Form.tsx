import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormSummary } from './FormSummary';
import type { ApiForm } from './useApiForm';

interface FormProps<V extends Record<string, unknown>> {
  form: ApiForm<V>;
  /** The form's name for those who hear the page, when the h1 does not say it. */
  label?: string;
  children: ReactNode;
}

/** A form in one column: the summary of what is wrong on top, then the fields, then the button. */
export function Form<V extends Record<string, unknown>>({ form, label, children }: FormProps<V>) {
  return (
    <form
      noValidate
      // Never a query string, whatever sends it.
      method="post"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <FormSummary form={form} />
      <Stack gap="lg">{children}</Stack>
    </form>
  );
}
