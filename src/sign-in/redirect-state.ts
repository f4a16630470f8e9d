/** A sign-in elsewhere that this browser began, until its answer comes. */
export interface BegunRedirect {
  readonly connector: string;
  /** Names it in the answer. */
  readonly state: string;
  /** What the connector needs again. */
  readonly kept: string;
}

/**
 * How often the sign-ins elsewhere of one interaction begin at most: each makes the upstream get a request, and its answer one or two more.
 * Somebody who goes back and tries again needs a few.
 */
export const MOST_BEGUN = 20;

/** The interaction stands in the state, so that an answer finds its browser. @param random unguessable */
export const newState = (uid: string, random: string): string => `${uid}.${random}`;

/** The interaction that an answer is for; undefined if the state is none of ours. */
export const uidOfState = (state: string): string | undefined => /^([\w-]{1,100})\.[\w-]{1,100}$/.exec(state)?.[1];

/** In place of an interaction. No interaction has such an id: theirs are random. */
const TEST = 'test';
const LINK = 'link';

/** The state of a connector's test. @param random unguessable */
export const newTestState = (random: string): string => newState(TEST, random);

/** The state of a link that a signed-in user asked for. @param random unguessable */
export const newLinkState = (random: string): string => newState(LINK, random);

/** Whether an answer with this {@link uidOfState} is for a connector's test. */
export const isTest = (uid: string): boolean => uid === TEST;

/** Whether an answer with this {@link uidOfState} is for a link that a signed-in user asked for. */
export const isLink = (uid: string): boolean => uid === LINK;
