/** When the API last answered: the session's idle time counts from there (PS-05). */

let last = Date.now();

export function recordAnswer(now: number = Date.now()): void {
  last = now;
}

export function lastAnswer(): number {
  return last;
}
