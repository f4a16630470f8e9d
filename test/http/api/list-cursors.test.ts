import { expect, test } from '@jest/globals';
import { secretBox } from '../../../src/base/crypto/secret-box.js';
import type { Cursor } from '../../../src/base/paging.js';
import { sealedCursors } from '../../../src/http/api/lists/list-cursors.js';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte) });
const [old, current] = [key('0001', 1), key('0002', 2)];
const PLACE = 'ada' as Cursor;
const caller = { kind: 'anonymous' } as const;
const cursors = (keys: Parameters<typeof secretBox>[0], realm = 'main') =>
  sealedCursors(secretBox(keys), realm)('listThings', caller, { size: 1 });

test('a cursor outlives a new sealing key, and ends with the key that sealed it', () => {
  const written = cursors([old]).write(PLACE);
  expect(cursors([current, old]).read(written)).toBe(PLACE);
  expect(cursors([current]).read(written)).toBeUndefined();
});

test('a cursor belongs to its realm', () => {
  expect(cursors([current], 'other').read(cursors([current]).write(PLACE))).toBeUndefined();
});

test('a fault of the box that is not the caller’s is not taken for a foreign cursor', () => {
  const box = {
    ...secretBox([current]),
    open: () => {
      throw new Error('no memory');
    },
  };
  expect(() => sealedCursors(box, 'main')('listThings', caller, {}).read('0002.x')).toThrow('no memory');
});
