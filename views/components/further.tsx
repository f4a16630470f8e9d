import type { Texts } from '../locales/en.js';

export interface FurtherProps {
  /** Leads to the next page. Absent on the last page. */
  readonly further?: string;
  /** Leads to the first page. Absent on the first page. */
  readonly first?: string;
}

/** Links to the other pages of a list. */
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
