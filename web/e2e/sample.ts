import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';

/**
 * What is exhaustive (every field × language × payload, every page × theme × language) is run whole by `make test-full` (FULL=1).
 * `make test` takes a sample that changes with the commit; SEED= repeats the sample of another one.
 */

export const full = process.env['FULL'] === '1';

function head(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '0';
  }
}

/** Set for the workers by playwright.config.ts, which prints it. */
export const seed = (process.env['SEED'] ??= head());

/** Some of the values, or all of them in a full run. The name makes each use choose for itself. */
export function sample<T>(name: string, values: readonly T[], most = 1): T[] {
  if (full || values.length <= most) return [...values];
  const rank = (index: number) => createHash('sha256').update(`${seed} ${name} ${index}`).digest('hex');
  const chosen = values.map((_, index) => index).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return chosen
    .slice(0, most)
    .sort((a, b) => a - b)
    .flatMap((index) => values.slice(index, index + 1));
}
