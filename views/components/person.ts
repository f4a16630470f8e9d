import type { Texts } from '../locales/en.js';

/** A user with display name and username. */
export interface Person {
  readonly username: string;
  readonly name?: string;
}

/** `Signed in as Alice Appleby (alice)`: names may be shared, usernames are unique. */
export const signedInAs = ({ name, username }: Person, { layout }: Texts): string =>
  layout.signedInAs(name === undefined || name === username ? username : `${name} (${username})`);
