import { GatehouseError } from '../base/errors.js';
import type { SealedAt, SecretBox } from '../base/crypto/secret-box.js';

/** Seals and opens the continuation of a search. */
export interface SearchTokens {
  /** Empty for an empty cursor: there is no more. */
  write(place: string, search: SearchOf): string;
  /** Undefined if it was not issued to this caller for this search. */
  read(token: string, search: SearchOf): string | undefined;
}

/** The caller of a search, and its query. */
export interface SearchOf {
  readonly clientId: string;
  readonly endpoint: string;
  readonly audience: string | undefined;
}

/**
 * Sealed, because a cursor is a username, possibly of a user who is no result. A caller that knows users by pairwise subjects
 * must not learn it.
 */
export function searchTokens(box: SecretBox, realm: string): SearchTokens {
  const at = ({ clientId, endpoint, audience = '' }: SearchOf): SealedAt => ({
    realm,
    collection: 'searches',
    id: JSON.stringify([clientId, endpoint, audience]),
    field: 'token',
  });
  return {
    write: (place, search) => (place === '' ? '' : box.seal(at(search), place)),
    read(token, search) {
      if (token === '') return '';
      try {
        return box.open(at(search), token);
      } catch (error) {
        if (error instanceof GatehouseError && error.code === 'seal-broken') return undefined;
        throw error;
      }
    },
  };
}
