import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { days, type Instant, minutes, now } from '../../base/clock.js';
import type { TestStep } from '../contract/connector-condition.js';
import { LdapConnection } from './connection/ldap-connection.js';
import { type LdapServer, parseServer } from './connection/ldap-server.js';
import { ANSWER_LIMIT, type DirectoryInput, type DirectoryParts, directoryParts } from './directory-parts.js';
import { failureFault, type LdapFault, searchFault } from './faults.js';
import { findNamed } from './find-user.js';
import { entrySubject } from './entry-claims.js';
import { isPresent } from './names/filters.js';
import { type LockoutFinding, readOwnLockout } from './own-lockout.js';
import { readGroups } from './groups/read-groups.js';
import { userAttributes, userIdentity } from './user-identity.js';

/** How long before the end of a certificate the test warns. */
const WARNING = days(30);

const GLOBAL_CATALOGUE: readonly number[] = [3268, 3269];

const STEPS: readonly TestStep['step'][] = [
  'resolve',
  'connect',
  'tls',
  'bind',
  'search',
  'lockout',
  'sample',
  'groups',
];

/** Tries each server with connections of its own, from the name to the groups of a sample user. Changes nothing. */
export async function testDirectory(input: DirectoryInput, name: string | undefined): Promise<readonly TestStep[]> {
  const { servers } = input.settings.connection;
  const tested = await Promise.all(servers.map((url) => testServer(input, name, url)));
  return tested.flat();
}

async function testServer(input: DirectoryInput, name: string | undefined, url: string): Promise<readonly TestStep[]> {
  const server = parseServer(url, input.settings.connection.startTls);
  if (!server) return [];
  const steps: TestStep[] = [];
  for await (const step of serverSteps(input, name, url, server)) {
    steps.push({ at: server.url, ...step });
    if (step.outcome === 'failed') break;
  }
  const done = new Set(steps.map(({ step }) => step));
  const left = STEPS.filter((step) => !done.has(step));
  return [...steps, ...left.map((step) => ({ step, outcome: 'skipped', at: server.url }) as const)];
}

async function* serverSteps(
  input: DirectoryInput,
  name: string | undefined,
  url: string,
  server: LdapServer,
): AsyncGenerator<TestStep> {
  const { connection } = input.settings;
  yield resolveStep(server, connection.connectTimeout);
  const opened = await LdapConnection.open(server, {
    ...(connection.ca !== undefined && { ca: connection.ca }),
    connectTimeout: connection.connectTimeout,
    timeout: connection.timeout,
    answerLimit: ANSWER_LIMIT,
  });
  if (!opened.ok) {
    const { failure } = opened;
    const { reason } = failureFault(failure);
    const isTls = failure.kind === 'untrusted' || failure.kind === 'start-tls' || reason === 'tls-failed';
    if (isTls) yield { step: 'connect', outcome: 'ok' };
    yield { step: isTls ? 'tls' : 'connect', outcome: 'failed', reason };
    return;
  }
  opened.value.close();
  // A global catalogue has a part of each entry: of all attributes, of groups, and of other domains' people.
  if (GLOBAL_CATALOGUE.includes(server.port)) yield { step: 'connect', outcome: 'warning', reason: 'global-catalogue' };
  else yield { step: 'connect', outcome: 'ok' };
  yield tlsStep(opened.value.certificateUntil);
  const settings = { ...input.settings, connection: { ...connection, servers: [url], poolSize: 1 } };
  const alone = directoryParts({ ...input, settings }, () => undefined);
  try {
    yield* directorySteps(alone, name);
  } finally {
    alone.directory.close();
  }
}

const NO_BASE: LdapFault = { kind: 'misconfigured', reason: 'no-base' };

async function* directorySteps(parts: DirectoryParts, name: string | undefined): AsyncGenerator<TestStep> {
  const { directory, service, settings } = parts;
  if (!service) return;
  const { groups, id } = settings.subject;
  const searched: string[] = [];
  for (const { text: base } of parts.bases) {
    const answer = await directory.search({
      base,
      scope: 'base',
      filter: isPresent('objectClass'),
      attributes: ['1.1'],
    });
    if (!answer.ok) {
      yield { step: 'bind', outcome: 'failed', reason: failureFault(answer.failure).reason };
      return;
    }
    if (service.kind === 'bind' && searched.length === 0)
      yield { step: 'bind', outcome: 'ok', details: [`service account: ${service.dn.text}`] };
    const { code, entries, referrals } = answer.value;
    const fault = searchFault(code, referrals) ?? (entries.length === 0 ? NO_BASE : undefined);
    if (fault) {
      const referred = fault.referral === undefined ? [] : [`referred to: ${fault.referral}`];
      const details = [...(parts.bases.length > 1 ? [`base: ${base}`] : []), ...referred];
      yield { step: 'search', outcome: 'failed', reason: fault.reason, ...(details.length > 0 && { details }) };
      return;
    }
    searched.push(`base: ${base}`);
  }
  yield { step: 'search', outcome: 'ok', details: searched };
  yield lockoutStep(await readOwnLockout(parts));
  if (name === undefined) return;
  const found = await findNamed(parts, name, userAttributes(parts));
  if (found.kind !== 'found') {
    const reason = found.kind === 'none' ? 'sample-unknown' : found.fault.reason;
    yield { step: 'sample', outcome: 'failed', reason };
    return;
  }
  const subject = entrySubject(found.entry, id);
  if (!subject.ok) {
    yield { step: 'sample', outcome: 'failed', reason: subject.reason };
    return;
  }
  const { identity } = await userIdentity(parts, subject.subject, found.entry);
  yield { step: 'sample', outcome: 'ok', details: [`entry: ${found.dn.text}`], identity };
  if (groups.from === 'none') return;
  const read = await readGroups(parts, found.entry);
  yield read.ok
    ? { step: 'groups', outcome: 'ok', details: [`groups: ${read.groups?.length ?? 0}`] }
    : { step: 'groups', outcome: 'failed', reason: read.fault.reason };
}

async function resolveStep({ host }: LdapServer, timeout: number): Promise<TestStep> {
  if (isIP(host) !== 0) return { step: 'resolve', outcome: 'ok', details: [`address: ${host}`] };
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), timeout);
  const found = await Promise.race([lookup(host, { all: true }).catch(() => []), promise]);
  clearTimeout(timer);
  if (!found) return { step: 'resolve', outcome: 'failed', reason: 'resolve-timeout' };
  if (found.length === 0) return { step: 'resolve', outcome: 'failed', reason: 'host-unknown' };
  return { step: 'resolve', outcome: 'ok', details: found.map(({ address }) => `address: ${address}`) };
}

function lockoutStep(found: LockoutFinding): TestStep {
  switch (found.kind) {
    case 'found': {
      const { rule, at } = found.lockout;
      const details = [`${rule.failures} wrong passwords within ${rule.within / minutes(1)} minutes`, `policy: ${at}`];
      return { step: 'lockout', outcome: 'ok', lockout: found.lockout, details };
    }
    case 'none':
      return { step: 'lockout', outcome: 'skipped' };
    case 'fault':
      return { step: 'lockout', outcome: 'warning', reason: found.fault.reason };
  }
}

function tlsStep(until: Instant | undefined): TestStep {
  if (until === undefined) return { step: 'tls', outcome: 'skipped' };
  const details = [`certificate: valid until ${new Date(until).toISOString().slice(0, 10)}`];
  if (until - now() > WARNING) return { step: 'tls', outcome: 'ok', certificateUntil: until, details };
  return { step: 'tls', outcome: 'warning', certificateUntil: until, reason: 'certificate-ends-soon', details };
}
