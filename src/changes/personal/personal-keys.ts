import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Instant, now } from '../../base/clock.js';
import { secretBox, type SecretBox, type SealedAt } from '../../base/crypto/secret-box.js';
import { GatehouseError } from '../../base/errors.js';
import type { Realm } from '../../storage/store.js';
import { put, type Write } from '../../storage/write.js';
import { type PersonKey, personKeys } from './person-key.js';

/** The user whose personal data it is; undefined: nobody who is known, so the realm's key of that month. */
export type Person = string | undefined;

/** Where a sealed part is stored: bound into the seal. */
export type PersonalPlace = Omit<SealedAt, 'realm'>;

/** Seals under keys that were opened before, so that pure code can use it. */
export interface PersonalSealing {
  /** @throws GatehouseError `store-misuse` for a person whose key was not opened */
  seal(person: Person, at: PersonalPlace, clear: string): string;
}

/** For records without personal data. */
export const SEALS_NOTHING: PersonalSealing = {
  seal: (person) => {
    throw new GatehouseError('store-misuse', `No personal key was opened, and that of ${String(person)} was used.`);
  },
};

/** A part of a record as read: `erased` if its key was destroyed. */
export type OpenedPart =
  | { readonly kind: 'open'; readonly clear: string }
  | { readonly kind: 'erased' }
  /** Somebody changed it or its key in the store. */
  | { readonly kind: 'unreadable' };

/**
 * The keys of the people of one realm: see {@link PersonKey}.
 *
 * A remembered key is never confirmed. If the person was erased meanwhile, what is sealed under it can be opened by nobody who
 * reads the store.
 */
export interface PersonalKeys {
  /**
   * The keys of these people and of the month of `at`; missing keys are created in a commit of their own, since a key that
   * seals nothing does no harm. One store call, and none if this process knows all of these keys.
   * @throws StoreUnavailable
   */
  sealingFor(people: readonly Person[], at: Instant): Promise<PersonalSealing>;
  /**
   * Begins to read the key of this person and that of the month, beside other reads, so that a later {@link sealingFor} waits for
   * nothing more. Never throws: a failure concerns only a caller that seals.
   */
  prepare(person: Person): void;
  /** Opens parts that were read. One store call for all keys that this process does not know. @throws StoreUnavailable */
  open(parts: readonly { readonly at: PersonalPlace; readonly sealed: string }[]): Promise<readonly OpenedPart[]>;
  /** The write that destroys the key of a person; no record about the person opens after its commit and {@link forget}. */
  destroy(userId: string): Write;
  /** When the key of a person was destroyed; undefined if it was not. One store call. @throws StoreUnavailable */
  erasedAt(userId: string): Promise<Instant | undefined>;
  /** The write that destroys the key of the month of `at`, once nothing is sealed under it any more. */
  destroyMonth(at: Instant): Write;
  /** Forgets the remembered key in this process. Others forget it by age, at the latest when they restart. */
  forget(userId: string): void;
}

/** A remembered key takes less than a kilobyte. */
const MOST_REMEMBERED = 5000;
/** Bounds how long another process can still open what an erased person's key sealed, in milliseconds. */
const REMEMBERED_FOR = 60_000;
const KEY_BYTES = 32;

export function personalKeys(realm: Realm): PersonalKeys {
  const boxes = new LRUCache<string, SecretBox>({ max: MOST_REMEMBERED, ttl: REMEMBERED_FOR });
  const collection = realm.of(personKeys);
  /** The readings that {@link PersonalKeys.prepare} began, by key. */
  const preparing = new Map<string, Promise<void>>();

  /** Boxes of the existing keys among these. `throwaway` for erased people, where a box is needed to seal. */
  async function read(ids: readonly string[], forErased: () => SecretBox | undefined): Promise<Map<string, SecretBox>> {
    for (const id of ids) await preparing.get(id);
    const found = new Map<string, SecretBox>();
    const unknown: string[] = [];
    for (const id of new Set(ids)) {
      const box = boxes.get(id);
      if (box) found.set(id, box);
      else unknown.push(id);
    }
    if (unknown.length === 0) return found;
    for (const [id, document] of await collection.getMany(unknown)) {
      const box = document.key === undefined ? forErased() : remember(id, document.key);
      if (box) found.set(id, box);
    }
    return found;
  }

  /** A key that somebody changed in the store keeps no other from being read. */
  async function readEach(ids: readonly string[]): Promise<ReadonlyMap<string, SecretBox | 'unreadable'>> {
    const unique = [...new Set(ids)];
    try {
      return await read(unique, () => undefined);
    } catch (error) {
      if (!isBroken(error)) throw error;
      if (unique.length === 1) return new Map(unique.map((id) => [id, 'unreadable']));
      const each = await Promise.all(unique.map((id) => readEach([id])));
      return new Map(each.flatMap((one) => [...one]));
    }
  }

  /** @param isWanted false for a key that was forgotten meanwhile */
  async function readAhead(ids: readonly string[], isWanted: (id: string) => boolean): Promise<void> {
    for (const [id, { key }] of await collection.getMany(ids)) {
      if (key !== undefined && isWanted(id)) remember(id, key);
    }
  }

  function remember(id: string, key: string): SecretBox {
    const box = boxOf(key);
    boxes.set(id, box);
    return box;
  }

  /** Another process may have made one of them first; its key counts. */
  async function make(ids: readonly string[], at: Instant): Promise<void> {
    await Promise.all(
      ids.map((id) => collection.insert({ id, key: randomBytes(KEY_BYTES).toString('base64url'), madeAt: at })),
    );
  }

  return {
    async sealingFor(people, at) {
      const ids = [...new Set([undefined, ...people].map((person) => keyIdOf(person, at)))];
      const throwaway = (): SecretBox => boxOf(randomBytes(KEY_BYTES).toString('base64url'));
      let found = await read(ids, throwaway);
      const missing = ids.filter((id) => !found.has(id));
      if (missing.length > 0) {
        await make(missing, at);
        found = new Map([...found, ...(await read(missing, throwaway))]);
      }
      return {
        seal(person, place, clear) {
          const id = keyIdOf(person, at);
          const box = found.get(id);
          if (!box)
            throw new GatehouseError('store-misuse', `The personal key ${id} was not opened before it was used.`);
          return `${id}|${box.seal({ realm: realm.id, ...place }, clear)}`;
        },
      };
    },
    prepare(person) {
      const at = now();
      const ids = [...new Set([undefined, person].map((one) => keyIdOf(one, at)))];
      const unknown = ids.filter((id) => !boxes.has(id) && !preparing.has(id));
      if (unknown.length === 0) return;
      const reading: Promise<void> = readAhead(unknown, (id) => preparing.get(id) === reading)
        .catch(() => undefined)
        .finally(() => {
          for (const id of unknown) if (preparing.get(id) === reading) preparing.delete(id);
        });
      for (const id of unknown) preparing.set(id, reading);
    },
    async open(parts) {
      const ids = parts.map(({ sealed }) => sealed.slice(0, sealed.lastIndexOf('|')));
      const found = await readEach(ids);
      return parts.map(({ at, sealed }, i): OpenedPart => {
        const box = found.get(ids[i] ?? '');
        if (box === undefined) return { kind: 'erased' };
        if (box === 'unreadable') return { kind: 'unreadable' };
        return openPart(box, { realm: realm.id, ...at }, sealed.slice(sealed.lastIndexOf('|') + 1));
      });
    },
    destroy: (userId) => {
      const at = now();
      const erased: PersonKey = { id: keyIdOf(userId, at), madeAt: at, erasedAt: at };
      return put(personKeys, erased);
    },
    erasedAt: async (userId) => (await collection.get(keyIdOf(userId, 0)))?.erasedAt,
    forget(userId) {
      const id = keyIdOf(userId, 0);
      boxes.delete(id);
      preparing.delete(id);
    },
    destroyMonth: (at) => put(personKeys, { id: keyIdOf(undefined, at), madeAt: at, erasedAt: now() }),
  };
}

function openPart(box: SecretBox, at: SealedAt, sealed: string): OpenedPart {
  try {
    return { kind: 'open', clear: box.open(at, sealed) };
  } catch (error) {
    if (!isBroken(error)) throw error;
    return { kind: 'unreadable' };
  }
}

const isBroken = (error: unknown): boolean => error instanceof GatehouseError && error.code === 'seal-broken';

const keyIdOf = (person: Person, at: Instant): string =>
  person === undefined ? `month:${new Date(at).toISOString().slice(0, 7)}` : `user:${person}`;

/** The months before the one of `at`, the latest first, with the ids of their keys; `until` is exclusive. */
export function monthsBefore(
  at: Instant,
  most: number,
): readonly { readonly keyId: string; readonly from: Instant; readonly until: Instant }[] {
  const year = new Date(at).getUTCFullYear();
  const month = new Date(at).getUTCMonth();
  return Array.from({ length: most }, (_, i) => {
    const from = Date.UTC(year, month - i - 1);
    return { keyId: keyIdOf(undefined, from), from, until: Date.UTC(year, month - i) };
  });
}

/** `1` is the version of the sealed form. */
const boxOf = (key: string): SecretBox => secretBox([{ id: '1', key: Buffer.from(key, 'base64url') }]);
