/** What the tests of Active Directory rely on: the real Samba, in each state that they put it into. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'ldapts';
import { AD_ELSEWHERE, AD_PASSWORD, AD_PEOPLE, AD_SERVICE, type Samba, startSamba } from '../../support/samba.js';

let samba: Samba;
beforeAll(async () => {
  samba = await startSamba();
  await samba.addUser({ name: 'anna', password: true, attributes: { mail: 'anna@ad.test' } });
});
afterAll(() => samba.stop());

/** `ok`, or what the directory says of the bind. */
async function bind(name: string, password = AD_PASSWORD): Promise<string> {
  const client = new Client({ url: samba.url, tlsOptions: { ca: samba.ca } });
  try {
    await client.bind(name, password);
    return 'ok';
  } catch (error) {
    return /data ([0-9a-f]+)/.exec(String(error))?.[1] ?? String(error);
  } finally {
    await client.unbind();
  }
}

test('the service account and a person sign in', async () => {
  expect(await bind(AD_SERVICE.dn, AD_SERVICE.password)).toBe('ok');
  expect(await bind('anna@ad.test')).toBe('ok');
  expect(await bind('anna@ad.test', 'wrong')).toBe('52e');
  expect(await bind('nobody@ad.test')).toBe('52e');
});

test('each state of an account has its sub-code', async () => {
  await samba.disable('anna');
  expect(await bind('anna@ad.test')).toBe('533');
  expect(await bind('anna@ad.test', 'wrong')).toBe('52e');
  await samba.enable('anna');
  await samba.mustChange('anna');
  expect(await bind('anna@ad.test')).toBe('773');
  await samba.setPassword('anna', 'Another-horse-8');
  expect(await bind('anna@ad.test')).toBe('52e');
  expect(await bind('anna@ad.test', 'Another-horse-8')).toBe('ok');
  await samba.setPassword('anna', AD_PASSWORD);
  await samba.expire('anna');
  expect(await bind('anna@ad.test')).toBe('701');
  await samba.set('anna', { accountExpires: '0' });
  await samba.lock('anna');
  expect(await bind('anna@ad.test')).toBe('775');
  await samba.unlock('anna');
  expect(await bind('anna@ad.test')).toBe('ok');
});

test('a person keeps the id when renamed, moved, removed and restored', async () => {
  const id = await samba.valueOf('anna', 'objectGUID');
  expect(id).toHaveLength(16);
  await samba.rename('anna', 'Anna Arnold');
  await samba.move('anna');
  expect(await samba.dnOf('anna')).toBe(`CN=Anna Arnold,${AD_ELSEWHERE}`);
  await samba.remove('anna');
  await expect(samba.dnOf('anna')).rejects.toThrow();
  await samba.restore('anna');
  await samba.move('anna', AD_PEOPLE);
  expect(await samba.valueOf('anna', 'objectGUID')).toEqual(id);
  expect(await samba.valueOf('anna', 'mail')).toEqual(Buffer.from('anna@ad.test'));
  expect(await bind('anna@ad.test')).toBe('ok');
});

test('it ends, starts again and has what it had', async () => {
  await samba.addGroup('sales', [await samba.dnOf('anna')]);
  await samba.restart();
  await samba.modify(
    `dn: CN=sales,OU=groups,${samba.base}\nchangetype: modify\nreplace: description\ndescription: x\n`,
  );
  expect(await samba.valueOf('sales', 'description')).toEqual(Buffer.from('x'));
});
