/**
 * The fixture of a flow: a Gatehouse of its own, declared in one call, which starts before the tests and ends after them.
 *
 *     const host = useHost({ store, clients: [client('shop')], users: [{ username: 'alice' }] });
 *     test('...', async () => { await fetch(`${host.issuer}/jwks`); });
 */
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { type Host, type HostOptions, startHost } from './host.js';

/**
 * Starts a host before the first test of this block, and ends it after the last.
 *
 * @param declared the options, or a function that gives them at the start, after earlier `beforeAll` hooks
 * @returns the host; it can be used in hooks and tests
 */
export function useHost(declared: HostOptions | (() => HostOptions | Promise<HostOptions>) = {}): Host {
  let started: Host | undefined;
  beforeAll(async () => {
    started = await startHost(typeof declared === 'function' ? await declared() : declared);
  });
  afterAll(async () => {
    await started?.end();
  });
  return new Proxy({} as Host, {
    get(_, name) {
      if (!started)
        throw new Error('The host of useHost() starts before the first test: use it in a test or a later hook.');
      return Reflect.get(started, name) as unknown;
    },
  });
}

/** For tests that each start hosts of their own: returns `startHost`, and ends after each test what it started. */
export function useHosts(): (options?: HostOptions) => Promise<Host> {
  const started: Host[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((host) => host.end()));
  });
  return async (options) => {
    const host = await startHost(options);
    started.push(host);
    return host;
  };
}
