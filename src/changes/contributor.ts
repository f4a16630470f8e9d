import type { Instant } from '../base/clock.js';
import type { Write } from '../storage/write.js';
import type { Actor } from './actor.js';
import type { Event } from './event.js';

/** Says what else is written when this happens: audit record, history row, change marker. Pure; `at` is when it is recorded. */
export type Contributor = (by: Actor, event: Event, at: Instant) => readonly Write[];
