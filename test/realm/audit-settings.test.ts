import { describe, expect, test } from '@jest/globals';
import { readInput } from '../../src/base/problems/read-input.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';

const read = (audit: object) => readInput(settingsInput, { audit });
const stream = { name: 'siem', url: 'https://siem.example.org/' };

describe('the audit settings of a realm', () => {
  test('keep records of token issue for 90 days and all others for ever, and send nothing, unless they say otherwise', () => {
    expect(settingsInput.parse({}).audit).toEqual({
      tokenIssue: 'aggregated',
      retention: [{ kinds: ['token.issued'], days: 90 }],
      streams: [],
    });
  });

  test('take kinds, all that begin alike, and all', () => {
    expect(read({ retention: [{ kinds: ['sign-in', 'user.*', '*'], days: 1 }] }).ok).toBe(true);
  });

  test('send from the start, with personal data, unless they say otherwise', () => {
    const settings = read({ streams: [stream] });
    expect(settings.ok && settings.value.audit.streams).toEqual([
      { ...stream, personal: true, from: 'start', secretVersion: 1 },
    ]);
  });

  test.each([
    ['a kind with blanks', { retention: [{ kinds: ['sign in'], days: 1 }] }, 'audit-kind-form'],
    ['an asterisk in the middle', { retention: [{ kinds: ['user.*.set'], days: 1 }] }, 'audit-kind-form'],
    ['no kinds', { retention: [{ kinds: [], days: 1 }] }, 'too-small'],
    ['no days', { retention: [{ kinds: ['sign-in'], days: 0 }] }, 'too-small'],
    ['a name that needs quoting', { streams: [{ ...stream, name: 'My SIEM' }] }, 'audit-stream-name-form'],
    ['a name twice', { streams: [stream, stream] }, 'audit-streams-twice'],
    ['no web address', { streams: [{ ...stream, url: 'syslog://siem.example.org' }] }, 'uri'],
    ['a password in the address', { streams: [{ ...stream, url: 'https://a:b@siem.example.org/' }] }, 'uri'],
  ])('refuse %s', (_what, audit, code) => {
    const settings = read(audit);
    expect(settings.ok ? [] : settings.problems.map((problem) => problem.code)).toEqual([code]);
  });
});
