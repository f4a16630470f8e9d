import { expect, test } from '@jest/globals';
import { LOCALES } from '../../src/base/locale.js';
import { PROVIDER_REASONS } from '../../src/federation/oidc/client/faults.js';
import { providerReasonText } from '../../src/sentences/provider-reasons.js';

test.each(LOCALES)('every reason of a failed sign-in at a provider has a sentence in %s', (locale) => {
  const reasons = [...PROVIDER_REASONS, 'too-many-values', 'denied'];
  expect(reasons.filter((reason) => (providerReasonText(reason, locale) ?? '').length < 20)).toEqual([]);
});
