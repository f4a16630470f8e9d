import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LOCALES } from '../../src/base/locale.js';
import { PROVIDER_REASONS } from '../../src/federation/oidc/client/faults.js';
import { SAML_REASONS } from '../../src/federation/saml/faults.js';
import { UNUSED_ANSWER } from '../../src/sign-in/refuse-upstream.js';
import { providerReasonText } from '../../src/sentences/provider-reasons.js';

test.each(LOCALES)('every reason of a failed sign-in at a provider has a sentence in %s', (locale) => {
  const reasons = [...PROVIDER_REASONS, ...SAML_REASONS, 'too-many-values', 'denied', 'answer-replayed'];
  expect(reasons.filter((reason) => (providerReasonText(reason, locale) ?? '').length < 20)).toEqual([]);
});

test('the guide for SAML lists every reason that only this kind has', async () => {
  const guide = await readFile(join(import.meta.dirname, '../../docs/federation/saml.md'), 'utf8');
  const others = new Set<string>(PROVIDER_REASONS);
  const listed = guide
    .split('\n')
    .flatMap((row) => [...(/^\|([^|]*)\|/.exec(row)?.[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, code]) => code));
  const reasons = [...SAML_REASONS.filter((reason) => !others.has(reason)), ...UNUSED_ANSWER];
  expect(reasons.filter((reason) => !listed.includes(reason))).toEqual([]);
});
