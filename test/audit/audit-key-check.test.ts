import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auditKeys } from '../../src/audit/audit-keys.js';
import { auditKeyChecks, bindAuditKey, refuseNewAuditKey } from '../../src/audit/audit-key-check.js';
import { engines, type OpenedEngine, times } from '../storage/engines.js';

const secret = (id: string) => ({ id, secret: randomBytes(32) });
const [first, second, otherFirst] = [secret('0001'), secret('0002'), secret('0001')];
const refused = (message: string) => ({
  code: 'bad-configuration',
  message: expect.stringMatching(new RegExp(`^GATEHOUSE_KEYS [^\\n]*${message}[^\\n]*\\.$`)) as unknown,
});

describe.each(engines)('the audit key of a store on %s', (_name, open) => {
  let opened: OpenedEngine;
  beforeEach(async () => {
    opened = await open([auditKeyChecks]);
  });
  afterEach(() => opened.close());

  test('is the one that it was first used with, on every host', async () => {
    const { installation } = opened.store;
    await refuseNewAuditKey(installation);
    await bindAuditKey(installation, auditKeys([first]));
    const another = await opened.another();
    await bindAuditKey(another.installation, auditKeys([first]));
    await expect(refuseNewAuditKey(another.installation)).rejects.toMatchObject(refused('0001.audit-key. Copy it'));
  });

  test('is missed by a host that lacks it, or has another one of its name', async () => {
    const { installation } = opened.store;
    await bindAuditKey(installation, auditKeys([first]));
    await expect(bindAuditKey(installation, auditKeys([second]))).rejects.toMatchObject(
      refused('0001.audit-key. Copy it'),
    );
    await expect(bindAuditKey(installation, auditKeys([otherFirst]))).rejects.toMatchObject(refused('Replace it'));
  });

  test('is there with a second one, which signs; another of its name is refused then as well', async () => {
    const { installation } = opened.store;
    await bindAuditKey(installation, auditKeys([first]));
    await bindAuditKey(installation, auditKeys([second, first]));
    await expect(bindAuditKey(installation, auditKeys([second, otherFirst]))).rejects.toMatchObject(
      refused('Replace it'),
    );
  });

  test('is one, when hosts with different keys bind the store at once', async () => {
    const stores = [opened.store, await opened.another()];
    const hosts = times(6, (i) => ({ keys: auditKeys([secret('0001')]), i }));
    const outcomes = await Promise.allSettled(
      hosts.map(async ({ keys, i }) => bindAuditKey((stores[i % 2] ?? opened.store).installation, keys)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(refused('Replace it'));
  });
});
