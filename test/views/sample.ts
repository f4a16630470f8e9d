import type { VNode } from 'preact';
import type { Surroundings } from '../../views/layout.js';

/** A page in each of its states, by name: every error, every part that is there or not. */
export type Samples = Readonly<Record<string, (around: Surroundings) => VNode>>;
