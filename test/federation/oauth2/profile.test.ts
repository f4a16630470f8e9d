/** Who somebody is, by a profile that the provider may have written badly, or somebody else. */
import { describe, expect, test } from '@jest/globals';
import { connectorTo, personOf, short, signIn, type Written } from './connector.js';
import { ADA, generic, honest } from './generic.js';
import { useStandIn } from './use-stand-in.js';

const standIn = useStandIn(honest);

/** @param body as text, since JSON has values that JavaScript cannot write */
async function signedIn(body: unknown, written: Written = {}) {
  standIn.answers = { ...honest, me: { body } };
  return signIn(connectorTo(standIn, generic(standIn, written)));
}
const idOf = async (id: string, subject?: Written['subject']): Promise<string> => {
  const outcome = await signedIn(`{"id":${id}}`, { ...(subject && { subject }) });
  return outcome.kind === 'ok' ? personOf(outcome).subject : short(outcome);
};

describe('an id', () => {
  test.each([
    ['7', '7'],
    ['"7"', '7'],
    ['9007199254740991', '9007199254740991'],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ])('can be %s', async (written, subject) => {
    expect(await idOf(written)).toBe(subject);
  });

  // The last but one is read as the number before it, by which somebody else may be known.
  test.each([
    ...[
      'null',
      'true',
      '{}',
      '{"value":7}',
      '[7]',
      '""',
      '"  "',
      '"a\\u0000b"',
      '"\\ud800"',
      '1.5',
      '-1',
      '0',
      '1e400',
    ],
    ...[`"${'x'.repeat(256)}"`, '9007199254740993', '9007199254740992'],
  ])('cannot be %s', async (written) => {
    expect(await idOf(written)).toBe('upstream-error: subject-invalid');
  });

  test('cannot be missing, whatever every object has', async () => {
    expect(short(await signedIn('{}'))).toBe('upstream-error: subject-invalid');
    for (const body of ['{"__proto__":{"id":7}}', '{"constructor":7}'])
      expect(short(await signedIn(body))).toBe('upstream-error: subject-invalid');
  });

  test('of several members has every one of them, and is the id of nobody else', async () => {
    const subject = { id: ['team.id', 'id'] };
    const of = async (body: object) => {
      const outcome = await signedIn(body, { subject });
      return outcome.kind === 'ok' ? personOf(outcome).subject : short(outcome);
    };
    expect(await of({ team: { id: 'T1' }, id: 7 })).toBe('T1/7');
    for (const body of [{ id: 7 }, { team: {}, id: 7 }, { team: 'T1', id: 7 }, { team: { id: 'a/b' }, id: 'c' }])
      expect(await of(body)).toBe('upstream-error: subject-invalid');
  });
});

describe('claims', () => {
  test('have their own names, and those of the settings', async () => {
    const { claims } = personOf(await signedIn({ ...ADA, tags: ['a', 'b'], address: { city: 'x' }, admin: false }));
    expect(claims).toEqual({
      ...{ id: '7', login: 'ada', name: 'Ada', tags: 'a b', admin: 'false', preferred_username: 'ada', sub: '7' },
    });
  });

  test('of a profile decide neither the id nor the address', async () => {
    const lies = { ...ADA, sub: '1', email: 'root@example.test', email_verified: true };
    const { claims } = personOf(await signedIn(lies));
    expect(claims['sub']).toBe('7');
    expect(Object.keys(claims)).toEqual(expect.not.arrayContaining(['email', 'email_verified']));
  });

  test('under names that every object has are left out', async () => {
    const { claims } = personOf(await signedIn('{"id":7,"__proto__":{"name":"x"},"constructor":"y","toString":"z"}'));
    expect(claims).toEqual({ id: '7', sub: '7' });
  });

  test('that are too many are cut, those of the mapping last, and reported', async () => {
    standIn.answers = {
      ...honest,
      me: { body: { ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`c${at}`, at])), ...ADA } },
    };
    const connector = connectorTo(standIn, generic(standIn, { claims: ['preferred_username'] }));
    const { claims } = personOf(await signIn(connector));
    expect(claims['preferred_username']).toBe('ada');
    expect(Object.keys(claims)).toHaveLength(200);
    expect(connector.events).toEqual([{ reason: 'too-many-values' }]);
  });
});

describe('an address of the profile', () => {
  const verified = async (rule: unknown, body: object): Promise<unknown> => {
    const subject = { email: { from: 'mail', ...(rule !== undefined && { verified: rule as string }) } };
    return personOf(await signedIn({ ...ADA, mail: 'ada@example.test', ...body }, { subject })).claims[
      'email_verified'
    ];
  };

  test('is verified only as the settings say', async () => {
    const field = { field: 'confirmed' };
    expect(await verified(undefined, { confirmed: true })).toBe('false');
    expect(await verified('never', { email_verified: true })).toBe('false');
    expect(await verified('always', {})).toBe('true');
    expect(await verified(field, { confirmed: true })).toBe('true');
    expect(await verified(field, { confirmed: 'true' })).toBe('true');
    for (const confirmed of [undefined, null, false, 'false', 1, 'yes', {}, [true]])
      expect(await verified(field, { confirmed })).toBe('false');
  });

  test.each([
    undefined,
    null,
    '',
    'ada',
    '@example.test',
    'ada@',
    'a b@example.test',
    'a@b@c',
    5,
    ['a@example.test'],
    {},
  ])('cannot be %j, which keeps nobody out', async (mail) => {
    const { claims } = personOf(
      await signedIn({ ...ADA, mail }, { subject: { email: { from: 'mail', verified: 'always' } } }),
    );
    expect(Object.keys(claims)).toEqual(expect.not.arrayContaining(['email', 'email_verified']));
  });
});

test('headers of the settings go with the call, and none of them replaces ours', async () => {
  const headers = [
    { name: 'X-Api-Version', value: '2026-01-01' },
    { name: 'Accept', value: 'application/vnd.x+json' },
  ];
  await signedIn(ADA, { subject: { profile: { url: `${standIn.url}/me`, headers } } });
  const sent = standIn.last('me').headers;
  expect([sent.get('x-api-version'), sent.get('accept')]).toEqual(['2026-01-01', 'application/vnd.x+json']);
  expect([sent.get('user-agent'), sent.get('authorization')]).toEqual(['Gatehouse', 'Bearer the-token']);
});
