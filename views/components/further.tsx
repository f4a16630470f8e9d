import type { Texts } from '../locales/en.js';

export interface FurtherProps {
  /** Leads to what of the list does not stand here. Absent: that is all. */
  readonly further?: string;
  /** Leads back to where the list begins. Absent: it begins here. */
  readonly first?: string;
}

/** That a list has more than stands here, and the way there. */
export function Further({ texts, further, first }: FurtherProps & { readonly texts: Texts }) {
  const words = texts.account.list;
  return (
    <>
      {further !== undefined && (
        <p>
          {words.more} <a href={further}>{words.further}</a>
        </p>
      )}
      {first !== undefined && (
        <p>
          <a href={first}>{words.first}</a>
        </p>
      )}
    </>
  );
}
