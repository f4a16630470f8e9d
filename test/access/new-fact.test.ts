/** A new fact and a limitation on it are a folder, a line in the list of facts, a line in the list of limitations, and the fact's words. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { AnyFact } from '../../src/access/facts/fact.js';
import { ALL_FACTS } from '../../src/access/facts/facts.js';
import type { LimitationKind } from '../../src/access/limitations/limitation.js';
import type { User } from '../../src/identity/users/user.js';
import type { TrustedFact } from '../../src/realm/resource-servers/resource-server.js';
import { deviceTrust } from './samples/device-trust/fact.js';
import { deviceTrustLimitation } from './samples/device-trust/limitation.js';
import { assignment, AT, ORDERS, role, server, snapshotOf } from './world.js';

const load = async () => ({
  answer: await import('../../src/decisions/answer.js'),
  asking: await import('../../src/decisions/asking.js'),
  evaluation: await import('../../src/decisions/evaluation.js'),
  command: await import('../../src/cli/decide/decide.js'),
  options: await import('../../src/access/facts/fact-options.js'),
  manual: await import('../../src/cli/manual/access-commands.js'),
});
type Loaded = Awaited<ReturnType<typeof load>>;
let loaded: Loaded;

beforeAll(async () => {
  // The lines, before anything that reads the lists is loaded.
  (ALL_FACTS as AnyFact[]).push(deviceTrust);
  const { LIMITATIONS } = await import('../../src/access/limitations/limitations.js');
  (LIMITATIONS as Map<string, LimitationKind>).set(deviceTrustLimitation.kind, deviceTrustLimitation);
  const { UNKNOWN_FACTS } = await import('../../src/sentences/english/limitations.js');
  (UNKNOWN_FACTS as Record<string, string>)[deviceTrust.name] = 'which device they use';
  loaded = await load();
});

const ada = {
  id: 'ada',
  username: 'ada',
  blocks: [],
  userstore: 'primary',
  attributes: [],
  assignments: [assignment('role', 'reader')],
} as unknown as User;

const world = (trustedFor: TrustedFact[], limitation: { readonly kind: string; readonly values: string[] }) =>
  snapshotOf({
    groups: [],
    roles: [role('reader', [ORDERS, 'orders:read', limitation])],
    servers: [{ ...server(ORDERS, { 'orders:read': [] }), trustedFor }],
  });
const question = (context: object) =>
  loaded.evaluation.evaluationInput.parse({
    subject: { type: 'user', id: 'ada' },
    action: { name: 'orders:read' },
    resource: { type: 'order', id: '1' },
    context,
  });

const MANAGED = { kind: 'device-trust', values: ['managed'] };
const TRUSTED: TrustedFact[] = ['address', 'authentication'];
const sources = (sessions = 1) => {
  const received: string[] = [];
  return {
    asked: received,
    idOf: (name: string) => name,
    user: async () => ada,
    client: async () => undefined,
    behaviour: async () => undefined,
    sessions: async ({ id }: User) => {
      received.push(id);
      return sessions;
    },
  };
};
const decided = (context: object, trustedFor = TRUSTED, limitation: typeof MANAGED = MANAGED) =>
  loaded.answer.answerTo(question(context), ORDERS, sources(), world(trustedFor, limitation), AT);

describe('a new fact', () => {
  test('is read from a decision request and evaluated', async () => {
    expect((await decided({ device: 'managed' })).decision).toBe(true);
    expect((await decided({ device: 'private' })).decision).toBe(false);
  });

  test('is a variable of expressions', async () => {
    const managed = { kind: 'expression', values: ['device == "managed"'] };
    expect((await decided({ device: 'managed' }, TRUSTED, managed)).decision).toBe(true);
    expect((await decided({}, TRUSTED, managed)).decision).toBe(false);
  });

  test('is reported missing in its own words', async () => {
    const { decision, context } = await decided({});
    expect([decision, JSON.stringify(context)]).toEqual([
      false,
      expect.stringContaining('only on a device that is managed; but it is not known which device they use.'),
    ]);
  });

  test('is not accepted without trust, and the answer names its field', async () => {
    const { decision, context } = await decided({ device: 'managed' }, ['address']);
    expect([decision, context]).toEqual([false, expect.objectContaining({ not_taken: ['context.device'] })]);
  });

  test('has a field that is validated', () => {
    expect(() => question({ device: 7 })).toThrow();
    expect(() => question({ device: '' })).toThrow();
  });

  test('is an option of gatehouse decide, with its help', () => {
    const typed = ['ada', 'orders:read', '--at', ORDERS, '--device'];
    const { facts } = loaded.command.readDecideCommand([...typed, 'managed']);
    expect(loaded.options.factsOfOptions(facts, AT).values).toEqual({ deviceTrust: 'managed' });
    expect(() => loaded.command.readDecideCommand([...typed, 'lost'])).toThrow(
      '--device takes the state of a device, and "lost" is none.',
    );
    const decide = loaded.manual.ACCESS_COMMANDS.find(({ name }) => name === 'decide');
    expect(decide?.options?.['--device']).toBe('The state of the device');
  });
});

describe('facts', () => {
  const contextOf = async (context: object, trustedFor: TrustedFact[], limitation: typeof MANAGED) => {
    const from = sources(3);
    const asking = await loaded.asking.askingOf(question(context), ORDERS, from, world(trustedFor, limitation), AT);
    return { context: asking.ok ? asking.context : undefined, asked: from.asked };
  };
  const STATED = {
    client_id: 'shop',
    ip_address: '::ffff:8.8.8.8',
    acr: 'urn:gatehouse:acr:password',
    auth_time: 5,
    idp: 'corp',
  };

  test('that nothing reads are not looked up', async () => {
    expect(await contextOf(STATED, ['address'], MANAGED)).toEqual({
      context: { at: AT, address: '8.8.8.8' },
      asked: [],
    });
  });

  test('that a limitation or an expression reads are looked up, each once', async () => {
    const country = await contextOf(STATED, ['address'], { kind: 'country', values: ['US'] });
    expect(country).toEqual({ context: { at: AT, address: '8.8.8.8', country: 'US' }, asked: [] });
    const sessions = await contextOf(STATED, [], { kind: 'sessions', values: ['5'] });
    expect(sessions).toEqual({ context: { at: AT, sessions: 3 }, asked: ['ada'] });
    const both = await contextOf(STATED, ['address'], { kind: 'expression', values: ['sessions < 5'] });
    expect(both).toEqual({ context: { at: AT, address: '8.8.8.8', country: 'US', sessions: 3 }, asked: ['ada'] });
  });

  test('are accepted each by its own trust', async () => {
    const accepted = async (trust: TrustedFact) => (await contextOf(STATED, [trust], MANAGED)).context;
    expect(await accepted('client')).toEqual({ at: AT, clientId: 'shop' });
    expect(await accepted('authentication')).toEqual({
      at: AT,
      authentication: { level: 'urn:gatehouse:acr:password', at: 5000 },
      connector: 'corp',
    });
    expect(await accepted('behaviour')).toEqual({ at: AT });
  });

  test('that are not accepted are named in the order of the kinds of trust', async () => {
    const { context } = await decided({ ...STATED, device: 'managed' }, []);
    expect(context).toMatchObject({
      not_taken: ['context.ip_address', 'context.acr', 'context.idp', 'context.device', 'context.client_id'],
    });
  });

  test('have no country if their address is unreadable', async () => {
    const unread = await contextOf({ ip_address: '010.1.2.3' }, ['address'], { kind: 'country', values: ['unknown'] });
    expect(unread.context).toEqual({ at: AT });
  });
});
