import { parameterName } from '../../realm/clients/answer-parameters.js';

/**
 * The redirect URI with these parameters after it, and every byte of it as it was registered: its query may be signed, or be
 * in another encoding than UTF-8. Without parameters it is the redirect URI itself.
 *
 * RFC 6749 3.1.2: the query is retained. Only a parameter with a name of `ours` is left out: it can't be registered any more,
 * and an answer must not have two codes.
 */
export function appendParameters(
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
  { ours, to = 'query' }: { readonly ours: ReadonlySet<string>; readonly to?: 'query' | 'fragment' },
): string {
  const uri = isPlain(redirectUri) ? redirectUri : new URL(redirectUri).href;
  const added = new URLSearchParams(parameters).toString();
  const [place = '', ...rest] = uri.split('?');
  const query = rest
    .join('?')
    .split('&')
    .filter((part) => !ours.has(parameterName(part) ?? ''))
    .join('&');
  const registered = rest.length === 0 ? place : `${place}?${query}`;
  if (added === '') return registered;
  if (to === 'fragment') return `${registered}#${added}`;
  if (rest.length === 0) return `${registered}?${added}`;
  return query === '' || query.endsWith('&') ? `${registered}${added}` : `${registered}&${added}`;
}

/** Characters that a header can contain unchanged; others are encoded as browsers do. */
const isPlain = (uri: string): boolean => /^[\x21-\x7e]+$/.test(uri);
