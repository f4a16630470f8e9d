/** A sign-out here never signs anybody out of an account of a public provider, which they use for other things. */
import { expect, test } from '@jest/globals';
import { oidcPresets } from '../../../../src/federation/oidc/presets/oidc-presets.js';

test.each(['google', 'microsoft-personal', 'apple', 'gitlab', 'linkedin', 'discord', 'slack'])('of %s', (name) => {
  expect(oidcPresets.get(name)).toMatchObject({ connection: { logout: 'never' } });
});
