import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { read, write } from '../lib/storage';
import { CopyButton } from './CopyButton';
import classes from './CodeBlock.module.css';

export interface Sample {
  /** Name of the language or shell; remembered when chosen. */
  language: string;
  code: string;
}

interface CodeBlockProps {
  /** What the code does, for those who hear the page. */
  label: string;
  samples: [Sample, ...Sample[]];
}

/** Code with a copy button, in several languages of which the chosen one is remembered. */
export function CodeBlock({ label, samples }: CodeBlockProps) {
  const [language, setLanguage] = useState(() => read('code-language'));
  const sample = samples.find((s) => s.language === language) ?? samples[0];
  return (
    <figure className={classes['block']} aria-label={label}>
      <div className={classes['bar']}>
        {samples.length > 1 ? (
          <SegmentedControl
            size="sm"
            aria-label={label}
            data={samples.map((s) => s.language)}
            value={sample.language}
            onChange={(chosen) => {
              setLanguage(chosen);
              write('code-language', chosen);
            }}
          />
        ) : (
          <span className={classes['name']}>{sample.language}</span>
        )}
        <CopyButton value={sample.code} what={label} />
      </div>
      {/* Long lines scroll: a keyboard must reach them. */}
      {/* eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex */}
      <pre tabIndex={0}>
        <code>{sample.code}</code>
      </pre>
    </figure>
  );
}
