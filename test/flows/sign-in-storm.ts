/** People who sign in, exchange their codes and rotate their refresh tokens without pause, and remember what they were answered. */
import { application, ask, codeOf, exchange, refresh, signIn } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { Visitor } from '../support/visitor.js';
import type { Answered } from './answered.js';
import { passwordOf } from './flow-host.js';

const app = application('public');

export interface Storm {
  readonly answered: Answered;
  /** Returns at the moment when so many rotations were answered, before whoever got the last one asks for more. */
  rotated(count: number): Promise<void>;
  /** Returns when each has met an answer that is not good. */
  allRefused(): Promise<void>;
  /** Lets nobody ask for more, and returns when nobody waits. Each goes home at the first answer that is not good. */
  end(): Promise<void>;
}

export function signInStorm(host: Host, people: number): Storm {
  const answered: Answered = {
    sessions: [],
    codes: new Map(),
    exchanged: new Map(),
    refreshTokens: new Set(),
    rotations: 0,
  };
  const password = passwordOf(host, 'alice');
  let ending = false;
  const all = Array.from({ length: people }, () => person(host, password, answered, () => ending));
  const over = Promise.allSettled(all).then(() => undefined);
  return {
    answered,
    async rotated(count) {
      const reached = new Promise<void>((resolve) => {
        answered.onRotation = () => {
          if (answered.rotations >= count) resolve();
        };
      });
      await Promise.race([
        reached,
        over.then(() => {
          throw new Error(`Nobody asks any more after ${answered.rotations} rotations:\n${host.logs().slice(-2000)}`);
        }),
      ]);
    },
    allRefused: () => over,
    end() {
      ending = true;
      return over;
    },
  };
}

/** @throws at the first answer that is not as it should be */
async function person(host: Host, password: string, answered: Answered, ending: () => boolean): Promise<void> {
  while (!ending()) {
    const visitor = new Visitor();
    const authRequest = ask(host, app);
    const first = codeOf(await signIn(visitor, authRequest, 'alice', password));
    answered.sessions.push(visitor);
    answered.codes.set(first, authRequest);

    // A second one stays with the application until the storm is over.
    const waiting = ask(host, app);
    answered.codes.set(codeOf(await visitor.visit(waiting.url)), waiting);

    answered.codes.delete(first);
    let token = refreshTokenOf(await exchange(host, authRequest, first));
    answered.exchanged.set(first, authRequest);
    answered.refreshTokens.add(token);
    for (let i = 0; i < 4 && !ending(); i++) {
      answered.refreshTokens.delete(token);
      token = refreshTokenOf(await refresh(host, app, token));
      answered.refreshTokens.add(token);
      answered.rotations++;
      answered.onRotation?.();
      await new Promise(setImmediate);
    }
  }
}

function refreshTokenOf({ status, body }: Awaited<ReturnType<typeof refresh>>): string {
  if (status !== 200) throw new Error(`answered ${status}`);
  return body.refresh_token;
}
