/** What a person at the terminal sees of a synchronization: its report and nothing else, and a person in quarantine as such. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gatehouseLogged } from '../support/gatehouse.js';
import { useHost } from '../support/host/use-host.js';
import { PEOPLE, SERVICE, type Slapd, startSlapd } from '../support/slapd.js';

describe.each(['sqlite', 'mongodb'] as const)('on %s,', (store) => {
  const host = useHost({ store, env: { CORP_SECRET: SERVICE.password } });
  let folder: string;
  let slapd: Slapd;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-output-'));
    slapd = await startSlapd({ people: 10 });
    await applied({});
    expect(await program('connector', 'sync', 'corp')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await slapd.stop();
    await rm(folder, { recursive: true });
  });

  /** The built program, whose standard output is also looked at for lines of a log. */
  const program = (...args: readonly string[]) =>
    gatehouseLogged(folder, args, { GATEHOUSE_STORE: host.storeAddress, GATEHOUSE_KEYS: host.keysFolder });

  async function applied(subject: object): Promise<void> {
    const corp = {
      ...{ id: 'corp', displayName: 'Example Corp', kind: 'ldap', preset: 'openldap' },
      connection: { servers: [slapd.secureUrl], ca: slapd.ca, bindDn: SERVICE.dn },
      subject: { base: PEOPLE, ...subject },
      secret: '${CORP_SECRET}',
      mapping: { profile: [{ field: 'username', from: 'uid' }] },
    };
    const file = join(folder, 'corp.yaml');
    await writeFile(file, JSON.stringify({ name: 'corp', connectors: [corp] }));
    expect(await host.command('apply', file)).toMatchObject({ code: 0 });
  }

  test('who is in quarantine is shown so, by the list as well', async () => {
    await slapd.modify(`dn: uid=p7,${PEOPLE}\nchangetype: delete\n`);
    expect(await host.command('connector', 'sync', 'corp', '--full')).toMatchObject({ code: 0 });
    expect((await host.command('user', 'list')).out).toContainEqual(expect.stringMatching(/^p7 +in quarantine /));
    const shown = (await host.command('user', 'show', 'corp/p7')).out;
    expect(shown).toContainEqual(expect.stringMatching(/^State +in quarantine since .+: corp no longer/));
  });

  const endings = [
    ['stopped', 3, () => applied({ filter: '(!(uid=p3))' })],
    ['failed', 1, () => slapd.kill()],
  ] as const;

  test.each(endings)('a run that %s prints its report and no line of a log', async (outcome, code, work) => {
    await work();
    const said = await program('connector', 'sync', 'corp', '--full');
    expect(said).toMatchObject({ code, err: '', log: [] });
    expect(said.out).toMatch(new RegExp(`^Synchronization of corp: ${outcome}`));
    const json = await program('connector', 'sync', 'corp', '--full', '--json');
    expect(json).toMatchObject({ code, err: '', log: [] });
    expect(JSON.parse(json.out)).toMatchObject({ report: { outcome } });
  });
});
