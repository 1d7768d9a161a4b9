/** Words as people type them: no accents, no case. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Every word of the question occurs in the text. */
export function matches(text: string, question: string): boolean {
  const folded = fold(text);
  return fold(question)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
