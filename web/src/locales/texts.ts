/** The shape that a translation must have: the same keys as the French texts, any string in each. */
export type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
