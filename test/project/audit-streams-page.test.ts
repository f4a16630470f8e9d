/** What docs/audit.md says about retention and streams is as the commands and the realm file have it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { streamEvent } from '../../src/audit/streams/stream-event.js';
import { readAuditCommand } from '../../src/cli/audit/audit.js';
import { runCommand } from '../../src/cli/command.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';

const page = await readFile(join(import.meta.dirname, '../../docs/audit.md'), 'utf8');
const sections = /^## Retention$.*?(?=^<!-- Made from)/ms.exec(page)?.[0] ?? '';
const blocks = (language: string): readonly string[] =>
  [...sections.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);

test('its realm files are valid', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'));
  const files = blocks('yaml');
  expect(files).toHaveLength(2);
  for (const [i, text] of files.entries()) {
    const file = join(folder, `${i}.yaml`);
    await writeFile(file, text);
    const lines: string[] = [];
    const output = { line: (line: string) => void lines.push(line) };
    expect([await runCommand(['check', file], {}, { out: output, err: output }), lines]).toEqual([
      0,
      expect.anything(),
    ]);
  }
  await rm(folder, { recursive: true });
});

test('its default is the one of the settings', () => {
  const { retention, streams } = settingsInput.parse({}).audit;
  expect(streams).toEqual([]);
  expect(retention.map(({ kinds, days }) => `- { kinds: [${kinds.join(', ')}], days: ${days} } # the default`)).toEqual(
    [expect.stringMatching(/^- \{ kinds: \[token\.issued\], days: 90 \} # the default$/)],
  );
  expect(sections).toContain('- { kinds: [token.issued], days: 90 } # the default');
});

test('its commands are understood', () => {
  const commands = [...sections.matchAll(/gatehouse audit ((?:stream|webhook-secret)(?: [^\s`#>]+)*)/g)];
  const lines = commands.map(([, line = '']) => line);
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect(() => readAuditCommand(line.split(' '))).not.toThrow();
});

test('its sample line has the fields that are sent', () => {
  const [sample = ''] = blocks('json');
  const link = { id: 'r', sequence: 1, kind: 'sign-in', at: 0, digest: 'd', previous: 'p', keyId: 'k', signature: 's' };
  const event = streamEvent(
    'default',
    {
      link,
      record: {
        ...{ id: 'r', kind: 'sign-in', at: 0, requestId: 'q', macKey: 'k', mac: 'm', clientId: 'shop' },
        ...{ actorKind: 'client', actorId: 'shop', subjectKind: 'user', subjectId: 'u' },
        ...{ outcome: 'failure', why: 'wrong-credentials' },
        actor: { address: 'a', agent: 'b' },
        subject: { name: 'ada' },
      },
    },
    { withPersonal: true },
  );
  const fieldsOf = (value: object): unknown =>
    Object.entries(value).map(([name, inner]) =>
      typeof inner === 'object' ? [name, fieldsOf(inner as object)] : name,
    );
  expect(fieldsOf(JSON.parse(sample) as object)).toEqual(fieldsOf(event));
});
