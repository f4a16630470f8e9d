import { quoted } from './quoted.js';

/**
 * A URI that came from outside, as a log line may name it: without query, fragment and user, bounded, and without what may be a secret or a
 * person in its path. Pure.
 */
export function shownUri(value: unknown): string {
  if (typeof value !== 'string' || value === '') return '(none)';
  const url = value.length > LONGEST ? null : URL.parse(value);
  if (!url) return '(not a URL)';
  // A slash at the end is a difference, so none is added.
  const path = /^[^?#]*\/(?:[?#]|$)/.test(value) || url.pathname !== '/' ? url.pathname : '';
  const rest = `${url.search === '' ? '' : '?…'}${url.hash === '' ? '' : '#…'}`;
  return (
    quoted(`${url.protocol}${url.host === '' ? '' : `//${url.host}`}${path.split('/').map(withoutSecrets).join('/')}`) +
    rest
  );
}

/** Registered URIs are shorter. */
const LONGEST = 4096;

/** A token of ours has 43 characters; an address of a person has an at sign. */
const withoutSecrets = (segment: string): string => (segment.length > 40 || /@|%40/i.test(segment) ? '…' : segment);
