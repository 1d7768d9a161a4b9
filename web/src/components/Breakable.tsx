import { Fragment } from 'react';

/** A long name or address that may break after its own signs rather than in the middle of a word; copied as it is. */
export function Breakable({ text }: { text: string }) {
  const pieces = text.match(/[^@._/-]*[@._/-]+|[^@._/-]+/g) ?? [];
  return pieces.map((piece, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}
