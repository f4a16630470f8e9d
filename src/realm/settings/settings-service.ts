import { now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import type { Caches } from '../../changes/caching/caches.js';
import { recordedDocuments, type RecordedDocuments } from '../../changes/recorded-documents.js';
import type { Recorder } from '../../changes/change-recorder.js';
import { changedMeanwhile, type Saved } from '../../changes/change-result.js';
import { WholeCache } from '../../changes/caching/whole-cache.js';
import type { Stored } from '../../storage/spec.js';
import type { Collection, Realm } from '../../storage/store.js';
import { type Settings, settings, SETTINGS_ID } from './settings.js';
import { settingsInput, type SettingsInput } from './settings-input.js';

/** Settings that were never saved are the defaults, at this version. */
export const UNSAVED = 0;
const UNSAVED_SETTINGS: Settings = { id: SETTINGS_ID, since: 0, ...settingsInput.parse({}) };

/** The settings of one realm. */
export class SettingsService {
  readonly #collection: Collection<typeof settings>;
  readonly #documents: RecordedDocuments<typeof settings>;
  readonly #cache: WholeCache<Stored<Settings>>;
  readonly #caches: Pick<Caches, 'assertFresh'>;
  #lastRead: Settings = UNSAVED_SETTINGS;

  constructor(parts: {
    readonly realm: Realm;
    readonly recorder: Recorder;
    readonly caches: Pick<Caches, 'assertFresh' | 'register'>;
  }) {
    this.#collection = parts.realm.of(settings);
    // The lifetime of sessions is no access, so no history is kept of it.
    this.#documents = recordedDocuments(parts.recorder, { spec: settings, kind: 'settings', access: () => ({}) });
    this.#caches = parts.caches;
    this.#cache = new WholeCache(() => this.#read());
    parts.caches.register(parts.realm.id, 'settings', this.#cache);
  }

  /** From the cache. @throws StoreUnavailable rather than return old ones: they determine how long users stay signed in */
  async get(): Promise<Stored<Settings>> {
    await this.#caches.assertFresh();
    const read = await this.#cache.get();
    this.#lastRead = read;
    return read;
  }

  /** As last read. For pages, which keep their look and language while the store is unavailable. */
  lastRead(): Settings {
    return this.#lastRead;
  }

  /** @param expected the version from {@link get}; {@link UNSAVED} the first time */
  async save(by: Actor, input: SettingsInput, expected: number): Promise<Saved<Stored<Settings>>> {
    const before = await this.#read();
    if (before.version !== expected) {
      return changedMeanwhile('settings', SETTINGS_ID);
    }
    if (before.version === UNSAVED) {
      return this.#documents.create(by, { id: SETTINGS_ID, since: now(), ...input });
    }
    return this.#documents.change(by, before, { id: SETTINGS_ID, since: before.since, ...input });
  }

  async #read(): Promise<Stored<Settings>> {
    const saved = await this.#collection.get(SETTINGS_ID);
    return saved ?? { ...UNSAVED_SETTINGS, version: UNSAVED };
  }
}
