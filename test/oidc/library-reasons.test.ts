import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { LIBRARY_REASONS, libraryReasonOf } from '../../src/oidc/refusals/library-reasons.js';

let source = '';
beforeAll(async () => {
  const lib = dirname(createRequire(import.meta.url).resolve('oidc-provider'));
  const files = (await readdir(lib, { recursive: true })).filter((name) => name.endsWith('.js'));
  source = (await Promise.all(files.map((name) => readFile(join(lib, name), 'utf8')))).join('\n');
  // The search found the library's source.
  expect(source).toContain('class InvalidClientAuth');
});

test('every text that has a reason still occurs in the installed library', () => {
  const gone = LIBRARY_REASONS.filter(
    ({ text, source: written }) => !source.includes(written ?? text.replace('…', '')),
  );
  expect(gone.map(({ text }) => text)).toEqual([]);
});

test('every refusal at the token endpoint that names its fault in one text has a reason', () => {
  const texts = [
    ...source.matchAll(/new (?:InvalidGrant|InvalidClientAuth|InvalidToken)\(\s*'([^']+)'\s*,?\s*\)/g),
  ].map(([, text = '']) => text);
  expect(texts.length).toBeGreaterThan(30);
  const offered = texts.filter(
    (text) =>
      !/credential endpoint|registration access|initial access|certificate|x5t|attest|pre-authorized|tx_code|clientId mismatch|accountId mismatch|Attestation|associated client/i.test(
        text,
      ),
  );
  expect(offered.filter((text) => libraryReasonOf(text) === undefined)).toEqual([]);
});

test('no text is there twice, and what the library fills in is at one end', () => {
  const texts = LIBRARY_REASONS.map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) expect(text.slice(1, -1)).not.toContain('…');
});

test.each([
  ['authorization code is expired', 'code-expired'],
  ['missing required parameters code and redirect_uri', 'parameter-missing'],
  ["'scope' parameter must not be provided twice", 'parameter-twice'],
  ['only a single resource indicator value is supported for this grant type', 'resource-many'],
  ['only application/x-www-form-urlencoded content-type bodies are supported on POST /token', 'body-unreadable'],
  ['what the library never says', undefined],
])('%s: %s', (text, reason) => {
  expect(libraryReasonOf(text)?.reason).toBe(reason);
});
