import type { Instant } from '../base/clock.js';
import type { Write } from '../storage/write.js';
import type { Actor } from './actor.js';
import type { Event } from './event.js';
import type { PersonalSealing } from './personal/personal-keys.js';

/**
 * Adds writes to a change: audit record, history row, change marker. Pure; `at` is the time of recording. `personal` seals for
 * the actor and the subject, if they are users.
 */
export type Contributor = (by: Actor, event: Event, at: Instant, personal: PersonalSealing) => readonly Write[];
