/** Values of a person are written as the service account, if the directory still has those that were read. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ClaimChange } from '../../../src/federation/contract/upstream-writer.js';
import { losingLdap } from '../../support/losing-ldap.js';
import { entry, PEOPLE, person, SERVICE, type Slapd, startSlapd } from '../../support/slapd.js';
import { connectorTo, connectorToSlapd, type TestConnector } from './connector.js';

const writing = `access to attrs=title by * read
access to dn.subtree="${PEOPLE}" attrs=entry,cn,sn,l,mobile,description,employeeNumber,ou,preferredLanguage by dn.exact="${SERVICE.dn}" write by * read`;
describe.each([
  ['with assertions', false],
  ['without assertions', true],
])('a directory %s', (_, hidesControls) => {
  let slapd: Slapd;
  let connector: TestConnector;

  beforeAll(async () => {
    const many = ['anna', 'boris', 'carla', 'doris', 'emil', 'finn', 'gerd', 'hanna'];
    slapd = await startSlapd({
      access: writing,
      hidesControls,
      entries: [
        ...many.map((uid) => person(uid, 'l: Berlin', 'mobile: +49 30 1', 'ou: one', 'ou: two', 'title: Dr')),
        entry(
          `dn: cn=Named,${PEOPLE}`,
          ...['objectClass: inetOrgPerson', 'cn: Named', 'sn: Test', 'uid: named', 'userPassword: x'],
        ),
      ].join(''),
    });
    connector = connectorToSlapd(slapd, {
      subject: { attributes: ['cn', 'sn', 'l', 'mobile', 'ou', 'description', 'preferredLanguage'] },
    });
  });
  afterAll(async () => {
    await connector.close();
    await slapd.stop();
  });

  async function read(
    uid: string,
  ): Promise<{ readonly subject: string; claims: ReadonlyMap<string, readonly string[]> }> {
    const answer = await connector.signIn(uid, uid === 'named' ? 'x' : 'correct horse');
    if (answer.kind !== 'ok') throw new Error(answer.kind);
    return answer.identity;
  }
  const write = async (uid: string, ...changes: readonly ClaimChange[]) =>
    connector.writeProfile?.((await read(uid)).subject, changes);
  const change = (claim: string, before: readonly string[], after: readonly string[]) => ({ claim, before, after });

  test('has the new values afterwards, and keeps those that nobody changed', async () => {
    expect(
      await write(
        'anna',
        change('l', ['Berlin'], ['Zürich (Süd)*\\']),
        change('ou', ['one', 'two'], ['two', 'three']),
        change('description', [], ['new\nlines']),
        change('mobile', ['+49 30 1'], []),
      ),
    ).toEqual({ kind: 'written' });
    const { claims } = await read('anna');
    expect(['l', 'ou', 'description', 'mobile', 'cn'].map((name) => claims.get(name))).toEqual([
      ['Zürich (Süd)*\\'],
      ['three', 'two'],
      ['new\nlines'],
      undefined,
      ['anna'],
    ]);
  });

  test('changes letters in case alone', async () => {
    expect(await write('anna', change('cn', ['anna'], ['Anna']))).toEqual({ kind: 'written' });
    expect((await read('anna')).claims.get('cn')).toEqual(['Anna']);
  });

  test('does not lose what somebody else wrote since, not even by letters in case', async () => {
    await slapd.modify(`dn: uid=boris,${PEOPLE}\nchangetype: modify\nreplace: l\nl: BERLIN\n`);
    const moved = { kind: 'not-written', fault: 'moved', reason: 'value-differs' };
    expect(await write('boris', change('l', ['Berlin'], ['Bonn']))).toEqual(moved);
    expect(await write('boris', change('mobile', [], ['+49 30 2']))).toEqual(moved);
    expect(await write('boris', change('l', ['BERLIN'], ['Bonn']), change('ou', ['one'], []))).toEqual(moved);
    const { claims } = await read('boris');
    expect([claims.get('l'), claims.get('mobile'), claims.get('ou')]).toEqual([
      ['BERLIN'],
      ['+49 30 1'],
      ['one', 'two'],
    ]);
  });

  test('does not overwrite what somebody writes between its own reading and writing', async () => {
    const lossy = await losingLdap(slapd.port);
    const through = connectorTo([lossy.url]);
    const between = async (uid: string, ldif: string, ...changes: readonly ClaimChange[]) => {
      const { subject } = await read(uid);
      lossy.before(() => slapd.modify(`dn: uid=${uid},${PEOPLE}\nchangetype: modify\n${ldif}\n`));
      return through.writeProfile?.(subject, changes);
    };
    const moved = { kind: 'not-written', fault: 'moved' };
    const wanted = change('l', ['Berlin'], ['Bonn']);
    expect(await between('finn', 'replace: l\nl: Rom', wanted)).toMatchObject(moved);
    expect(await between('gerd', 'delete: l', wanted)).toMatchObject(moved);
    expect((await read('finn')).claims.get('l')).toEqual(['Rom']);
    expect((await read('gerd')).claims.has('l')).toBe(false);
    // Beside it, where no value is to be taken away: only an assertion notices that.
    const added = await between('hanna', 'add: description\ndescription: theirs', change('description', [], ['mine']));
    expect(added).toMatchObject(hidesControls ? { kind: 'written' } : moved);
    expect((await read('hanna')).claims.get('description')).toContain('theirs');
    await Promise.all([through.close(), lossy.close()]);
  });

  test.each([
    ['title', ['Dr'], ['Prof'], 'not-allowed', 'result-50'],
    ['sn', ['Test'], [], 'value-refused', 'result-65'],
    ['preferredLanguage', [], ['de', 'en'], 'value-refused', 'result-19'],
    ['mobile', ['+49 30 1'], ['ä'], 'value-refused', 'result-21'],
    ['unheardOf', [], ['x'], 'not-allowed', 'result-17'],
  ])('refuses %s', async (claim, before, after, fault, reason) => {
    expect(await write('carla', change(claim, before, after))).toEqual({ kind: 'not-written', fault, reason });
  });

  test('does not take away the value that is the name of the entry', async () => {
    expect(await write('named', change('cn', ['Named'], ['Other']))).toMatchObject({
      kind: 'not-written',
      fault: 'not-allowed',
    });
  });

  test.each(['uid', 'entryUUID', 'objectClass', 'userPassword', 'UID;lang-de', 'memberOf', 'cn)(uid'])(
    'is never asked to write %s',
    async (claim) => {
      const before = (await slapd.operations()).filter((line) => line.startsWith('MOD')).length;
      expect(await write('doris', change(claim, [], ['x']))).toEqual({
        ...{ kind: 'not-written', fault: 'not-allowed' },
        reason: 'attribute-not-writable',
      });
      expect((await slapd.operations()).filter((line) => line.startsWith('MOD'))).toHaveLength(before);
    },
  );

  test('that has another entry under the name since writes to the person of the id, or to nobody', async () => {
    const { subject } = await read('emil');
    await slapd.modify(
      `dn: uid=emil,${PEOPLE}\nchangetype: modrdn\nnewrdn: uid=emil2\ndeleteoldrdn: 1\n\n${person('emil', 'l: Berlin').replace('\n', '\nchangetype: add\n')}`,
    );
    expect(await connector.writeProfile?.(subject, [change('l', ['Berlin'], ['Bonn'])])).toEqual({ kind: 'written' });
    expect([(await read('emil')).claims.get('l'), (await read('emil2')).claims.get('l')]).toEqual([
      ['Berlin'],
      ['Bonn'],
    ]);
    await slapd.modify(`dn: uid=emil2,${PEOPLE}\nchangetype: delete\n`);
    expect(await connector.writeProfile?.(subject, [change('l', ['Bonn'], ['Rom'])])).toEqual({ kind: 'unknown' });
  });
});

describe('a write', () => {
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd({ access: writing, entries: person('anna', 'l: Berlin') });
  });
  afterAll(() => slapd.stop());

  test('is not made without a bound service account', async () => {
    const own = connectorToSlapd(slapd, { subject: { bindTemplate: `uid={name},${PEOPLE}` } });
    const anonymous = connectorToSlapd(slapd, { connection: { anonymous: true } });
    expect(['writeProfile' in own, 'writeProfile' in anonymous, 'setPassword' in anonymous]).toEqual(
      Array.from({ length: 3 }, () => false),
    );
    await Promise.all([own.close(), anonymous.close()]);
  });

  test('changes nothing while the directory is away, and says so', async () => {
    const away = connectorTo([slapd.secureUrl], { connection: { ca: slapd.ca } });
    const found = await away.signIn('anna', 'correct horse');
    const subject = found.kind === 'ok' ? found.identity.subject : '';
    await slapd.kill();
    expect(await away.writeProfile?.(subject, [{ claim: 'l', before: ['Berlin'], after: ['Bonn'] }])).toEqual({
      kind: 'unavailable',
      reason: 'connect-refused',
    });
    await slapd.restart();
    await away.close();
  });
});
