import { ProviderFailure } from '../client/faults.js';

const PARAMETER = /\s*;\s*([\w!#$&+.^`|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+)))?/g;
/** One link: the address in angle brackets, and its parameters (RFC 8288 3). */
const LINK = new RegExp(`\\s*<([^<>]*)>((?:${PARAMETER.source})*)\\s*(?:,|$)`, 'gy');

/**
 * The address of the next page, as the `Link` header of an answer names it (RFC 8288). Undefined: this was the last one.
 *
 * @param from the address of this page
 * @throws ProviderFailure if the header cannot be read, since a list that lacks its end would look whole, or if the next page is of another
 * origin, which must not see the access token
 */
export function nextPage(header: string | null, from: string): string | undefined {
  if (header === null || header.trim() === '') return undefined;
  let end = 0;
  let next: string | undefined;
  for (const { 0: whole, 1: target = '', 2: parameters = '', index } of header.matchAll(LINK)) {
    end = index + whole.length;
    if (isNext(parameters)) next ??= target;
  }
  if (end < header.trimEnd().length) throw new ProviderFailure('body-invalid');
  return next === undefined ? undefined : sameOrigin(next, from);
}

const isNext = (parameters: string): boolean =>
  [...parameters.matchAll(PARAMETER)].some(
    ([, name = '', quoted, bare = '']) =>
      name.toLowerCase() === 'rel' && (quoted ?? bare).toLowerCase().split(/\s+/).includes('next'),
  );

function sameOrigin(target: string, from: string): string {
  const url = URL.parse(target, from);
  if (!url) throw new ProviderFailure('body-invalid');
  if (url.origin !== new URL(from).origin) throw new ProviderFailure('page-elsewhere');
  return url.href;
}
