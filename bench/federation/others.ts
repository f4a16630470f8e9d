import { jwt } from '../load/tokens.ts';
import type { Person } from '../load/person.ts';
import { API, APPLICATION } from '../realm.ts';

/** Milliseconds of each operation of people whose passwords are ours, one after another. */
export interface Took {
  readonly 'sign-in': number[];
  readonly refresh: number[];
}

/** Signs in, and refreshes tokens, as a person who has nothing to do with the directory. */
export async function somebodyElse(person: Person): Promise<(took: Took) => Promise<void>> {
  let { refresh_token: token } = await person.redeem(await person.signIn());
  return async (took) => {
    took['sign-in'].push(await milliseconds(() => person.signIn()));
    const refreshed = async (): Promise<void> => {
      const tokens = await person.refresh(token, APPLICATION, API.identifier);
      jwt(tokens);
      token = tokens.refresh_token;
    };
    took.refresh.push(await milliseconds(refreshed));
  };
}

export const noneYet = (): Took => ({ 'sign-in': [], refresh: [] });

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
