import { GatehouseError } from '../base/errors.js';
import type { SealedAt, SecretBox } from '../base/crypto/secret-box.js';

/** Where a search goes on, as its caller is told it and tells it back. */
export interface SearchTokens {
  /** Empty for an empty place: there is no more. */
  write(place: string, search: SearchOf): string;
  /** Undefined where this caller was told it for no such search. */
  read(token: string, search: SearchOf): string | undefined;
}

/** Whose search it is, and for what. */
export interface SearchOf {
  readonly clientId: string;
  readonly endpoint: string;
  readonly audience: string | undefined;
}

/**
 * Sealed, because a place is the username of somebody who may be no result at all, and whose name is none of the caller's business where it
 * knows people by pairwise names.
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
