import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { auditChange } from '../../src/audit/audit-change.js';
import { isAuditKind, KINDS } from '../../src/audit/kinds.js';
import type { RecordKind } from '../../src/audit/kinds/record-kind.js';
import { REASONS } from '../../src/http/refusals/reasons.js';
import { host } from '../changes/one-process.js';
import { sealsNothing, testAuditKeys } from '../support/audit.js';

const kinds: readonly (readonly [string, RecordKind])[] = Object.entries(KINDS);

/** What a record for several events has besides. */
const COUNTED = ['count', 'firstAt', 'lastAt', 'first', 'last', 'others'];

describe.each(kinds)('%s', (kind, { when, outcomes, why, details, example }) => {
  test('has a name of words, and says in short sentences when it is recorded', () => {
    expect(kind).toMatch(/^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)?$/);
    expect(when).toMatch(/^[A-Z].*\.$/);
    for (const sentence of when.split('. ')) expect(sentence.split(' ').length).toBeLessThanOrEqual(25);
  });

  test('has an example with an outcome, code and details of its own', () => {
    expect(outcomes).toContain(example.outcome);
    const known = [...Object.keys(details ?? {}), ...COUNTED];
    expect(known).toEqual(expect.arrayContaining(Object.keys(example.details ?? {})));
    const codes = why === 'reasons' ? REASONS : (why ?? {});
    if (why !== undefined && example.outcome === 'failure') expect(Object.keys(codes)).toContain(example.why);
    else expect(example).not.toHaveProperty('why');
  });
});

test('a change of a kind that the registry lacks is not recorded', () => {
  const contribute = auditChange(testAuditKeys);
  const event = { kind: 'user.teleported', realm: 'default', subject: { kind: 'user', id: 'ada' } };
  expect(() => contribute(host, event, 1, sealsNothing)).toThrow(/no kind user\.teleported/);
});

/** Sources that name events, with the object whose events they are where the name is put together. */
const sources = globSync('src/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }));

test('each event that the sources name is a kind of the registry', () => {
  const named = sources
    .filter(({ file }) => !file.startsWith('src/audit/kinds'))
    .flatMap(({ text }) => [...text.matchAll(/kind: '([a-z-]+\.[a-z-]+)'/g)].map(([, kind = '']) => kind));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((kind) => !isAuditKind(kind))).toEqual([]);
});

/** Where the second half of a kind is named, and the first half there. */
const OBJECTS: readonly (readonly [folder: RegExp, object: string])[] = [
  [/^src\/identity\/(users|passwords|identifiers|second-factor|erasure|links)\//, 'user'],
  [/^src\/sign-in\/authenticators\//, 'user'],
  [/^src\/identity\/groups\//, 'group'],
  [/^src\/realm\/clients\//, 'client'],
  [/^src\/realm\/keys\//, 'key-ring'],
  [/^src\/sessions\/consents\//, 'consent'],
  [/^src\/federation\/connectors\//, 'connector'],
];

test('each second half of a kind that the sources name is in the registry', () => {
  const halves = sources.flatMap(({ file, text }) =>
    [
      ...text.matchAll(/(?:happened(?::| =)|Event\(this\.#recorder,|\.event\(|#event\()([^\n]*(?:\n\s+[?:][^\n]*)*)/g),
    ].flatMap(([, rest = '']) =>
      [...(rest.split(/[;,)}]/)[0] ?? '').matchAll(/'([a-z-]+)'/g)].map(([, half = '']) => ({ file, half })),
    ),
  );
  expect(halves.length).toBeGreaterThan(20);
  for (const { file, half } of halves) {
    if (file.startsWith('src/changes/')) continue;
    const object = OBJECTS.find(([folder]) => folder.test(file))?.[1];
    expect({ file, kind: isAuditKind(`${String(object)}.${half}`) || `${String(object)}.${half}` }).toEqual({
      file,
      kind: true,
    });
  }
});

test('everything whose changes are recorded can be created and removed, or is one of a kind', () => {
  const recorded = sources.flatMap(({ text }) =>
    [...text.matchAll(/recordedDocuments\([^;]*?kind: '([a-z-]+)'/gs)].map(([, object = '']) => object),
  );
  expect([...new Set(recorded)].toSorted()).toEqual([
    'client',
    'connector',
    'group',
    'resource-server',
    'role',
    'settings',
    'user',
  ]);
  for (const object of recorded) {
    for (const happened of object === 'settings' ? ['created', 'changed'] : ['created', 'changed', 'removed'])
      expect(isAuditKind(`${object}.${happened}`) || `${object}.${happened}`).toBe(true);
  }
});
