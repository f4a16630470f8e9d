import type { Texts } from '../locales/en.js';

/** Somebody by the name that people call them, and by the one that they sign in with. */
export interface Person {
  readonly username: string;
  readonly name?: string;
}

/** `Signed in as Alice Appleby (alice)`: two people may have the same name, and no two have the same username. */
export const signedInAs = ({ name, username }: Person, { layout }: Texts): string =>
  layout.signedInAs(name === undefined || name === username ? username : `${name} (${username})`);
