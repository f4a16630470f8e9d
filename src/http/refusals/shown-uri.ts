import { quoted } from './quoted.js';

/**
 * An external URI in a safe form for a log line: without query, fragment and user, of limited length, and without possible
 * secrets or personal data in its path. Pure.
 */
export function shownUri(value: unknown): string {
  if (typeof value !== 'string' || value === '') return '(none)';
  const url = value.length > LONGEST ? null : URL.parse(value);
  if (!url) return '(not a URL)';
  // A trailing slash matters for comparison, so none is added.
  const path = /^[^?#]*\/(?:[?#]|$)/.test(value) || url.pathname !== '/' ? url.pathname : '';
  const rest = `${url.search === '' ? '' : '?…'}${url.hash === '' ? '' : '#…'}`;
  return (
    quoted(`${url.protocol}${url.host === '' ? '' : `//${url.host}`}${path.split('/').map(withoutSecrets).join('/')}`) +
    rest
  );
}

/** Registered URIs are shorter. */
const LONGEST = 4096;

/** Our tokens have 43 characters; a person's address contains an at sign. */
const withoutSecrets = (segment: string): string => (segment.length > 40 || /@|%40/i.test(segment) ? '…' : segment);
