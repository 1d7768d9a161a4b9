import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type FieldCode } from '../../api/problem';

/** What can be wrong with a field: what the API says, and what only the page can see. */
export type Fault = FieldCode | 'mismatch' | 'unchecked' | 'no_address';

type Name<V> = keyof V & string;
export type Faults<V> = Partial<Record<Name<V>, Fault>>;

interface Options<V> {
  initial: V;
  /** Labels of the fields, for the summary. */
  labels: Record<Name<V>, string>;
  /** What the page sees at once; the API decides. */
  validate: (values: V) => Faults<V>;
  send: (values: V) => Promise<unknown>;
  /** Fields of the API that have another name on the page. */
  renamed?: Record<string, Name<V>>;
  /** After a refusal, before it is shown: used-up captchas are renewed here. */
  onRefused?: (error: ApiError) => void;
}

/**
 * The state of a form: values, faults by field (from the page and from the API alike), one failure of the whole, sending.
 * What was typed stays, whatever happens.
 */
export function useApiForm<V extends Record<string, unknown>>(options: Options<V>) {
  const { t } = useTranslation();
  const [start, setStart] = useState(options.initial);
  const [values, setValues] = useState(options.initial);
  const [faults, setFaults] = useState<Faults<V>>({});
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [sending, setSending] = useState(false);
  /** Counts refused submissions: the summary takes the focus each time. */
  const [refusals, setRefusals] = useState(0);
  const summary = useRef<HTMLDivElement>(null);

  const text = (fault: Fault | undefined) => (fault === undefined ? undefined : t(`fault.${fault}`));

  function refuse(found: Faults<V>, error: ApiError | null) {
    setFaults(found);
    setFailure(error);
    setRefusals((n) => n + 1);
  }

  function refusedByApi(error: ApiError) {
    const found: Faults<V> = {};
    let elsewhere = error.fields.length === 0;
    for (const { field, code } of error.fields) {
      const name = options.renamed?.[field] ?? field;
      if (name in values) found[name as Name<V>] = code;
      else elsewhere = true;
    }
    options.onRefused?.(error);
    refuse(found, elsewhere ? error : null);
  }

  async function submit() {
    if (sending) return;
    const found = options.validate(values);
    if (Object.values(found).some((fault) => fault !== undefined)) {
      refuse(found, null);
      return;
    }
    setSending(true);
    try {
      await options.send(values);
      setFaults({});
      setFailure(null);
    } catch (error) {
      refusedByApi(ApiError.from(error));
    } finally {
      setSending(false);
    }
  }

  /** A field with an error is checked again while it is corrected. */
  function set<K extends Name<V>>(name: K, value: V[K]) {
    const next = { ...values, [name]: value };
    setValues(next);
    if (faults[name] === undefined) return;
    const fault = options.validate(next)[name];
    const others = Object.entries(faults).filter(([other]) => other !== name);
    setFaults(Object.fromEntries(fault === undefined ? others : [...others, [name, fault]]) as Faults<V>);
  }

  return {
    values,
    set,
    faults,
    labels: options.labels,
    failure,
    sending,
    refusals,
    summary,
    submit,
    text,
    dirty: Object.keys(values).some((name) => values[name] !== start[name]),
    /** Properties of a text field. */
    field<K extends Name<V>>(name: K) {
      return {
        id: name,
        name,
        value: values[name] as string,
        error: text(faults[name]),
        // The library leaves it out on some of its inputs.
        'aria-invalid': faults[name] !== undefined,
        onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value as V[K]),
      };
    },
    /** Properties of a check box or a switch. */
    tick<K extends Name<V>>(name: K) {
      return {
        id: name,
        name,
        checked: values[name] as boolean,
        error: text(faults[name]),
        // The library leaves it out on some of its inputs.
        'aria-invalid': faults[name] !== undefined,
        onChange: (event: { currentTarget: { checked: boolean } }) => set(name, event.currentTarget.checked as V[K]),
      };
    },
    /** Takes the values as the new start: nothing is unsaved any more. */
    settle(stored: V) {
      setStart(stored);
      setValues(stored);
      setFaults({});
    },
  };
}

export type ApiForm<V extends Record<string, unknown>> = ReturnType<typeof useApiForm<V>>;
