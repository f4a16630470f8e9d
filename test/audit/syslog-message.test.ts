import { expect, test } from '@jest/globals';
import { framed, syslogMessage } from '../../src/audit/streams/syslog-message.js';

const event = { sequence: 7, at: '2026-11-29T15:44:53.123Z', kind: 'sign-in', outcome: 'success' };

test('a message has the header of RFC 5424 and the event as JSON', () => {
  expect(syslogMessage('id.example.org', event)).toBe(
    '<110>1 2026-11-29T15:44:53.123Z id.example.org gatehouse - sign-in [meta sequenceId="7"] ' +
      '{"sequence":7,"at":"2026-11-29T15:44:53.123Z","kind":"sign-in","outcome":"success"}',
  );
});

test('a failure is a warning', () => {
  expect(syslogMessage('id.example.org', { ...event, outcome: 'failure' })).toMatch(/^<108>1 /);
});

test('a message is ASCII in one line, whatever people are called', () => {
  const message = syslogMessage('bücher.example', { ...event, actor: { name: 'Zoë\n\u2028😀' } });
  expect(message).toMatch(/^[\x20-\x7e]+$/);
  expect(message).toContain(' b?cher.example ');
  expect(JSON.parse(message.slice(message.indexOf('{')))).toMatchObject({ actor: { name: 'Zoë\n\u2028😀' } });
});

test('the sequence begins again after the highest number that the standard allows', () => {
  for (const [sequence, id] of [
    [2_147_483_647, 2_147_483_647],
    [2_147_483_648, 1],
  ] as const) {
    expect(syslogMessage('h', { ...event, sequence })).toContain(`sequenceId="${id}"`);
  }
});

test('a name of a kind is cut where the standard says so', () => {
  expect(syslogMessage('h', { ...event, kind: 'x'.repeat(40) })).toContain(` ${'x'.repeat(32)} [meta`);
});

test('a frame is the number of bytes, a blank and the message', () => {
  expect(framed('abc')).toBe('3 abc');
});
