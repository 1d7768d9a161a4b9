import { CopyButton } from './CopyButton';
import classes from './Identifier.module.css';

interface IdentifierProps {
  value: string;
  /** What it is: "client id". */
  what: string;
}

/** An id: monospace, shown whole where there is room and shortened in the middle where there is not, copied whole. */
export function Identifier({ value, what }: IdentifierProps) {
  return (
    <span className={classes['identifier']}>
      <code className={classes['whole']}>{value}</code>
      <CopyButton value={value} what={what} />
    </span>
  );
}
