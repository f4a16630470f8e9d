/** A page to read: at most `limit` rows, after the place where an earlier page ended. */
export interface PageRequest {
  readonly limit: number;
  /** What the page before gave as `next`; opaque to its holder. */
  readonly after?: Cursor;
}

declare const cursor: unique symbol;
export type Cursor = string & { readonly [cursor]: true };

export interface Page<T> {
  readonly rows: readonly T[];
  /** Absent when there is nothing more. */
  readonly next?: Cursor;
}

/** The most rows that one page may ask for. */
export const PAGE_LIMIT = 1000;
