/** A realm file that says nothing of fields gets the rules of the preset, or of the kind. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { oidcKind } from '../../src/federation/oidc/oidc-kind.js';
import { oidcPresets } from '../../src/federation/oidc/presets/oidc-presets.js';
import { standardClaims } from '../../src/federation/oidc/presets/standard-claims.js';
import { bring, by, emptyRealm, type EmptyRealm } from './realm.js';

const file = (id: string, more: string): string => `
connectors:
  - { id: ${id}, displayName: ${id}, kind: oidc, connection: { issuer: 'https://a.test', clientId: x }, ${more} }
`;
const GOOGLE = oidcPresets.get('google')?.mapping;

describe.each(['sqlite', 'mongodb'] as const)('a connector of a realm file on %s', (store) => {
  let realm: EmptyRealm;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [oidcKind] });
  });
  afterAll(() => realm.close());

  async function changes(text: string): Promise<number> {
    const lines: string[] = [];
    expect(await bring(realm.parts, text, { env: {}, onChange: (line) => lines.push(line) })).toEqual([]);
    return lines.length;
  }
  /** After the file was applied, twice: the second time changes nothing. */
  async function mappingBy(id: string, more: string) {
    await changes(file(id, more));
    expect(await changes(file(id, more))).toBe(0);
    return (await realm.parts.connectors.get(id))?.mapping;
  }

  test('has the rules and the trust of its preset, and they stay', async () => {
    expect(await mappingBy('quiet', 'preset: google')).toMatchObject({ profile: GOOGLE?.profile, emailTrust: 'claim' });
    expect(await mappingBy('quiet', 'preset: google, mapping: {}')).toMatchObject({ emailTrust: 'claim' });
  });

  test('has the rules of its kind without a preset, and trusts no address', async () => {
    const { profile } = standardClaims;
    expect(await mappingBy('plain', 'order: 1')).toMatchObject({ profile, emailTrust: 'never' });
  });

  test('has the own trust with the rules of the preset', async () => {
    const own = await mappingBy('careful', 'preset: google, mapping: { emailTrust: never }');
    expect(own).toMatchObject({ profile: GOOGLE?.profile, emailTrust: 'never' });
  });

  test('has the own rules, without the trust of the preset, and can go back', async () => {
    const rules = [{ field: 'email', from: 'upn' }];
    const own = await mappingBy('own', `preset: google, mapping: { profile: ${JSON.stringify(rules)} }`);
    expect(own).toMatchObject({ profile: rules, emailTrust: 'never' });
    expect(await mappingBy('own', 'preset: google, mapping: {}')).toMatchObject({ profile: GOOGLE?.profile });
  });

  test('keeps both in an update that names neither, and gets them in one that names an empty mapping', async () => {
    await mappingBy('updated', 'preset: google, mapping: { emailTrust: never }');
    const update = async (patch: object) => {
      const { version = 0 } = (await realm.parts.connectors.get('updated')) ?? {};
      const saved = await realm.parts.connectors.update(by, 'updated', patch, version);
      return saved.ok ? saved.value.mapping : saved.refusal;
    };
    expect(await update({ order: 3 })).toMatchObject({ profile: GOOGLE?.profile, emailTrust: 'never' });
    expect(await update({ mapping: {} })).toMatchObject({ profile: GOOGLE?.profile, emailTrust: 'claim' });
  });
});
