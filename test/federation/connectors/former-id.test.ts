/** Another id of the upstream takes effect when a complete run has moved all links, and not before. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Saved } from '../../../src/changes/change-result.js';
import { connectors } from '../../../src/federation/connectors/connector.js';
import type { ConnectorView } from '../../../src/federation/connectors/connector-service.js';
import { by, emptyRealm, type EmptyRealm } from '../../realm-file/realm.js';
import { connectorOf, testKind } from './test-kind.js';

function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return saved.value;
}

describe.each(['sqlite', 'mongodb'] as const)('the id by which links know people, on %s', (store) => {
  const { kind, created } = testKind();
  /** The first of the names; `fixed` has no runs that move links. */
  const known: typeof kind = {
    ...kind,
    idOf: ({ subject: { names } }) => (names[0] === 'fixed' ? undefined : names[0]?.toLowerCase()),
  };
  let realm: EmptyRealm;
  let made: ConnectorView;
  let count = 0;
  beforeAll(async () => {
    realm = await emptyRealm(store, { connectorKinds: [known] });
  });
  afterAll(() => realm.close());
  beforeEach(async () => {
    made = done(await realm.parts.connectors.create(by, connectorOf({ id: `corp-${++count}`, ...idOf('one') })));
  });

  const idOf = (name: string) => ({ subject: { names: [name] } });
  const current = async (): Promise<ConnectorView> => {
    const found = await realm.parts.connectors.get(made.id);
    if (!found) throw new Error('There is no such connector.');
    return found;
  };
  const change = async (patch: object): Promise<ConnectorView> =>
    done(await realm.parts.connectors.update(by, made.id, patch, (await current()).version));
  const ran = async (used: ConnectorView) => done(await realm.parts.connectors.synchronized(by, used, Date.now(), []));

  test('is that of the settings at first, and as long as only its spelling changes', async () => {
    expect(made.formerId).toBeUndefined();
    expect(await change(idOf('ONE'))).not.toHaveProperty('formerId');
    expect(await change({ displayName: 'Another' })).not.toHaveProperty('formerId');
  });

  test('stays the former one when the settings name another, through all that changes besides', async () => {
    expect(await change(idOf('two'))).toMatchObject({ formerId: 'one' });
    expect(await change({ displayName: 'Another' })).toMatchObject({ formerId: 'one' });
    expect(await change(idOf('three'))).toMatchObject({ formerId: 'one' });
    await realm.parts.connectors.open(made.id, () => undefined);
    expect(created.at(-1)).toMatchObject({ settings: idOf('three'), formerId: 'one' });
  });

  test('is that of the settings again when somebody changes them back', async () => {
    await change(idOf('two'));
    expect(await change(idOf('one'))).not.toHaveProperty('formerId');
    await realm.parts.connectors.open(made.id, () => undefined);
    expect(created.at(-1)).not.toHaveProperty('formerId');
  });

  test('is the new one after a complete run', async () => {
    expect(await ran(await change(idOf('two')))).not.toHaveProperty('formerId');
    expect(await change(idOf('three'))).toMatchObject({ formerId: 'two' });
  });

  test('is that of the run if the settings changed while it ran', async () => {
    const before = await current();
    await change(idOf('two'));
    expect(await ran(before)).toMatchObject({ formerId: 'one', ...idOf('two') });
    const between = await current();
    await change(idOf('three'));
    expect(await ran(between)).toMatchObject({ formerId: 'two', ...idOf('three') });
    await change(idOf('one'));
    expect(await ran({ ...between, ...idOf('one') })).not.toHaveProperty('formerId');
  });

  test('changes at once where no run could move the links', async () => {
    await change(idOf('fixed'));
    expect(await change(idOf('two'))).not.toHaveProperty('formerId');
  });

  test('is kept in the store', async () => {
    await change(idOf('two'));
    expect(await realm.parts.realm.of(connectors).get(made.id)).toMatchObject({ formerId: 'one' });
  });
});
