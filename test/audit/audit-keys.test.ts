import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { auditKeys } from '../../src/audit/audit-keys.js';

const secret = (id: string) => ({ id, secret: randomBytes(32) });
const [first, second, foreign] = [secret('0001'), secret('0002'), secret('0001')];
const before = auditKeys([first]);
const both = auditKeys([second, first]);

test('a MAC proves its text under its key, on every host that has the key, and nothing else', () => {
  const mac = before.mac('a text');
  expect(auditKeys([first]).checkMac('0001', 'a text', mac)).toBe(true);
  expect(before.checkMac('0001', 'another text', mac)).toBe(false);
  expect(before.checkMac('0002', 'a text', mac)).toBe(false);
  expect(auditKeys([foreign]).checkMac('0001', 'a text', mac)).toBe(false);
  for (const wrong of ['', 'AAAA', mac.slice(0, -2), `${mac}AA`, before.mac('b')])
    expect(before.checkMac('0001', 'a text', wrong)).toBe(false);
});

test('a signature proves its text under its key, and nothing else', async () => {
  const signature = await before.sign('a link');
  expect(auditKeys([first]).checkSignature('0001', 'a link', signature)).toBe(true);
  expect(before.checkSignature('0001', 'another link', signature)).toBe(false);
  expect(before.checkSignature('0002', 'a link', signature)).toBe(false);
  expect(auditKeys([foreign]).checkSignature('0001', 'a link', signature)).toBe(false);
  for (const wrong of ['', 'AAAA', await before.sign('b')])
    expect(before.checkSignature('0001', 'a link', wrong)).toBe(false);
});

test('of two keys the first signs and proves, and both verify', async () => {
  expect(both.currentId).toBe('0002');
  expect([both.has('0001'), both.has('0002'), both.has('0003')]).toEqual([true, true, false]);
  expect(both.checkMac('0001', 'old', before.mac('old'))).toBe(true);
  expect(both.checkSignature('0001', 'old', await before.sign('old'))).toBe(true);
  expect(both.checkMac('0002', 'new', both.mac('new'))).toBe(true);
  expect(both.checkSignature('0002', 'new', await both.sign('new'))).toBe(true);
  expect(both.checkMac('0001', 'new', both.mac('new'))).toBe(false);
  expect(both.checkSignature('0001', 'new', await both.sign('new'))).toBe(false);
});

test('a term stays the same when a key is added, so what was found before is found', () => {
  expect(both.termOf('ada')).toBe(before.termOf('ada'));
  expect(before.termOf('ada')).not.toBe(before.termOf('bob'));
  expect(auditKeys([foreign]).termOf('ada')).not.toBe(before.termOf('ada'));
});

test('one secret gives keys that have nothing in common', async () => {
  const text = 'the same text';
  expect(before.mac(text)).not.toContain(before.termOf(text));
  expect(await before.sign(text)).not.toContain(before.mac(text));
});

test('the public key verifies a signature without any secret (RFC 8032), and is told by key', async () => {
  expect(both.publicKey()).toBe(both.publicKey('0002'));
  expect(both.publicKey('0001')).toBe(before.publicKey());
  const key = createPublicKey(before.publicKey());
  expect(key.asymmetricKeyType).toBe('ed25519');
  expect(verify(null, Buffer.from('a link'), key, Buffer.from(await before.sign('a link'), 'base64url'))).toBe(true);
  expect(() => both.publicKey('0003')).toThrow(expect.objectContaining({ code: 'bad-configuration' }));
});

test('without any key there is no trail', () => {
  expect(() => auditKeys([])).toThrow(expect.objectContaining({ code: 'bad-configuration' }));
});
