import { codes } from './codes';
import type { ProblemCode } from './problem';

export { codes };

/** Where a code comes from: an API call through the gateway, or the portal itself. */
export type Origin = (typeof codes)[ProblemCode]['origin'];

export function isProblemCode(value: string): value is ProblemCode {
  return Object.hasOwn(codes, value);
}

/** All codes, in the order of the document. */
export const allCodes = Object.keys(codes).filter(isProblemCode);
