/** docs/federation/README.md names every outcome of a userstore, and every mode and default of a connector. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { minutes } from '../../src/base/clock.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { LINKING, PROVISIONING } from '../../src/federation/connectors/connector.js';
import { byKind } from '../../src/federation/connectors/connector-settings.js';
import { usedLockout } from '../../src/federation/connectors/used-lockout.js';
import { writeBackFaults } from '../../src/federation/connectors/write-back-faults.js';
import { PASSWORD_WRITING } from '../../src/federation/contract/upstream-writer.js';
import { ldapKind } from '../../src/federation/ldap/ldap-kind.js';
import { ldapSettings } from '../../src/federation/ldap/ldap-settings.js';
import { MOST_CREATED, MOST_MIRRORED } from '../../src/federation/provisioning/plan-mirrors.js';
import type { ConnectorOutcome } from '../../src/identity/userstores/password-connector.js';
import { blocksOf } from '../support/documents.js';
import { root } from './repository.js';

const page = await readFile(join(root, 'docs/federation/README.md'), 'utf8');

/** The codes in the first column of the table with this heading. */
function firstColumn(heading: string): string[] {
  const [, rows = ''] = new RegExp(`^\\| ${heading} \\|.*\\n\\| ---.*\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? [];
  const cells = rows.split('\n').map((row) => row.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)).sort();
}

test('every outcome of a userstore, each once', () => {
  const outcomes: Readonly<Record<ConnectorOutcome['kind'], true>> = {
    ...{ ok: true, partial: true, unknown: true, 'wrong-credentials': true, locked: true, 'not-allowed': true },
    ...{ 'held-back': true, disabled: true, expired: true, 'must-change': true, denied: true },
    ...{ unavailable: true, misconfigured: true, 'upstream-error': true },
  };
  expect(firstColumn('outcome')).toEqual(Object.keys(outcomes).sort());
});

test('every mode of provisioning, and every way to link', () => {
  expect(firstColumn('mode')).toEqual([...PROVISIONING].sort());
  for (const way of LINKING) expect(page).toContain(way);
});

test('the defaults of a connector', async () => {
  const { accessLasts, recheckAfter, linking } = connectorInput.parse({
    id: 'corp',
    displayName: 'Corp',
    kind: 'ldap',
  });
  expect([accessLasts / 3600, recheckAfter / 60]).toEqual([24, 15]);
  expect(page).toContain('`accessLasts` seconds (a day)');
  expect(page).toContain('`recheckAfter` (15 minutes)');
  const { failures, within } = (await usedLockout(undefined, {})).rule;
  expect(page).toContain(`${failures} wrong passwords within ${within / minutes(1)} minutes`);
  expect(page).toContain(`The default is \`${linking}\``);
});

test('the level of a directory, as a connector takes it', () => {
  const [block = ''] = blocksOf(page, 'yaml fields level');
  const { subject, mapping } = parse(block) as Readonly<Record<'subject' | 'mapping', unknown>>;
  const connection = { servers: ['ldaps://ldap.example.com'], anonymous: true };
  const written = { id: 'corp', displayName: 'Corp', kind: 'ldap', connection, subject, mapping };
  expect(connectorInput.safeParse(written).success).toBe(true);
  expect(ldapSettings.safeParse({ connection, subject }).success).toBe(true);
});

test('rules about who may sign in, as a connector takes them', () => {
  const [block = ''] = blocksOf(page, 'yaml fields rules');
  const { rules } = parse(block) as Readonly<Record<'rules', unknown>>;
  const { rules: read } = connectorInput.parse({ id: 'corp', displayName: 'Corp', kind: 'ldap', rules });
  expect(read).toMatchObject({ domains: ['example.com'], claims: [{ claim: 'hd' }, { claim: 'department' }] });
});

test('rules that mirror groups, as a connector takes them, and how many groups they make', () => {
  const [block = ''] = blocksOf(page, 'yaml fields mirrored groups');
  const { mapping } = parse(block) as Readonly<Record<'mapping', unknown>>;
  const written = { id: 'corp', displayName: 'Corp', kind: 'ldap', mapping };
  expect(connectorInput.parse(written).mapping.groups.map(({ to }) => to)).toEqual([
    { mirror: true },
    { mirror: true },
  ]);
  expect(page).toContain(`creates ${MOST_CREATED} groups at most`);
  expect(page).toContain(`mirrors ${MOST_MIRRORED.toLocaleString('en')} groups at most`);
});

test('what is written back, as a connector takes it', () => {
  const [block = ''] = blocksOf(page, 'yaml fields write-back');
  const connection = { servers: ['ldaps://ldap.example.com'], bindDn: 'cn=gatehouse,dc=example,dc=com' };
  const subject = { base: 'ou=people,dc=example,dc=com' };
  const fields = { id: 'corp', displayName: 'Corp', kind: 'ldap', connection, subject, ...(parse(block) as object) };
  const connector = connectorInput.parse(fields);
  expect(writeBackFaults(byKind([ldapKind]), connector)).toEqual([]);
  for (const way of PASSWORD_WRITING) expect(page).toContain(way);
});
