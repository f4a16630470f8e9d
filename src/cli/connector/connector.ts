import { parseArguments } from '../arguments/parse-arguments.js';
import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import { OWN_KEY_STEPS, type OwnKeyStep } from '../../federation/connectors/own-keys.js';
import { usedLockout } from '../../federation/connectors/used-lockout.js';
import { moment } from '../../base/text/moment.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import { printJson, printList, referenceLines, removed } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { columns } from '../output/table.js';
import { saved } from '../output/unwrap.js';
import { withParts } from '../with-parts.js';
import { linkUsers, type LinkUsersCommand, type LinkUsersParts } from './link-users.js';
import { knownConnector, UNCHECKED, withDirectory, withOpened } from './open-connector.js';
import { showHealth } from './health.js';
import { showHistory } from './history.js';
import { type ExplainCommand, explainConnector } from './explain.js';
import { connectorKeys } from './keys.js';
import { landingStep } from './landing-step.js';
import { lockoutJson, lockoutLine } from './lockout-line.js';
import { testJson, testLines } from './test-lines.js';
import { testSignIn, type TestSignInParts } from './test-sign-in.js';

export type ConnectorCommand = { readonly json: boolean } & (
  | { readonly action: 'list' }
  | { readonly action: 'health' }
  | { readonly action: 'show' | 'enable' | 'disable' | 'history'; readonly name: string }
  | { readonly action: 'remove'; readonly name: string; readonly cascade: boolean; readonly yes: boolean }
  | { readonly action: 'link-users'; readonly name: string; readonly links: LinkUsersCommand }
  | { readonly action: 'test'; readonly name: string; readonly user?: string }
  | { readonly action: 'test-sign-in'; readonly name: string }
  | { readonly action: 'keys'; readonly name: string; readonly step?: OwnKeyStep }
  | ExplainCommand
);

const ACTIONS = [
  'list',
  'show',
  'enable',
  'disable',
  'remove',
  'test',
  'explain',
  'health',
  'history',
  'keys',
  'link-users',
] as const;
const OPTIONS = {
  json: { type: 'boolean' },
  cascade: { type: 'boolean' },
  yes: { type: 'boolean' },
  file: { type: 'string' },
  apply: { type: 'boolean' },
  unchecked: { type: 'boolean' },
  'sign-in': { type: 'boolean' },
  prepare: { type: 'boolean' },
  activate: { type: 'boolean' },
  retire: { type: 'boolean' },
} as const;

/** @throws NotUnderstood */
export function readConnectorCommand([given, ...args]: readonly string[]): ConnectorCommand {
  const action = ACTIONS.find((known) => known === given);
  if (!action) throw new NotUnderstood();
  const { positionals, values } = argumentsOf(args);
  const [name, user, ...more] = positionals;
  const { json = false, cascade = false, yes = false, file } = values;
  const steps = OWN_KEY_STEPS.filter((step) => values[step] === true);
  if (action === 'keys' || steps.length > 0) {
    const [step, ...others] = steps;
    if (action !== 'keys' || name === undefined || user !== undefined || others.length > 0) throw new NotUnderstood();
    return { action, json, name, ...(step && { step }) };
  }
  if (values['sign-in'] === true) {
    if (action === 'test' && name !== undefined && user === undefined) return { action: 'test-sign-in', json, name };
    throw new NotUnderstood();
  }
  if (action === 'explain' && name !== undefined && more.length === 0) {
    if (file === undefined && user !== undefined) return { action, json, name, of: { user } };
    if (file !== undefined && user === undefined) return { action, json, name, of: { file } };
  }
  if ((file !== undefined && action !== 'link-users') || action === 'explain') throw new NotUnderstood();
  if (action === 'list' || action === 'health') {
    if (name === undefined) return { action, json };
  } else if (name !== undefined && more.length === 0) {
    if (action === 'test') return { action, json, name, ...(user !== undefined && { user }) };
    if (action === 'link-users') {
      const { apply = false, unchecked = false } = values;
      if (user === undefined && file !== undefined) return { action, json, name, links: { file, apply, unchecked } };
      throw new NotUnderstood();
    }
    if (user === undefined) return action === 'remove' ? { action, json, name, cascade, yes } : { action, json, name };
  }
  throw new NotUnderstood();
}

function argumentsOf(args: readonly string[]) {
  return parseArguments({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/** @returns false if a step of a test, or a line of a link file, failed @throws GatehouseError `bad-configuration`, StoreUnavailable */
export const connectorCommand = (by: Actor, command: ConnectorCommand, config: Config, out: Output): Promise<boolean> =>
  withParts(config, (parts) => runConnectorCommand(by, command, parts, out));

/** The command on an open installation; see {@link connectorCommand}. */
export async function runConnectorCommand(
  by: Actor,
  command: ConnectorCommand,
  parts: Pick<
    Parts,
    'connectors' | 'clients' | 'ownKeys' | 'connectorHealth' | 'planner' | 'snapshots' | 'synchronization'
  > &
    LinkUsersParts &
    TestSignInParts,
  out: Output,
): Promise<boolean> {
  const { connectors } = parts;
  if (command.action === 'list') {
    const shown = { header: HEADER, row, ...(command.json && { json: fieldsOf }) };
    await printList((page) => connectors.list(page), shown, out);
    return true;
  }
  if (command.action === 'health') return showHealth(parts.connectorHealth, command.json, out);
  const connector = await knownConnector(connectors, command.name);
  switch (command.action) {
    case 'show':
      show(connector, command.json, out);
      return true;
    case 'history':
      await showHistory(connector, command.json, parts, out);
      return true;
    case 'enable':
    case 'disable': {
      const enabled = command.action === 'enable';
      const changed = saved(await connectors.update(by, connector.id, { enabled }, connector.version));
      if (command.json) printJson(fieldsOf(changed), out);
      else out.line(`Connector ${connector.id} is ${enabled ? 'enabled' : 'disabled. Nobody signs in through it'}.`);
      return true;
    }
    case 'remove':
      await remove(by, connector, command, parts, out);
      return true;
    case 'link-users': {
      const link = (at: Parameters<typeof linkUsers>[2]) =>
        linkUsers(parts, by, at, command.links, (typed) => connectors.subjectText(connector, typed), out);
      return command.links.unchecked
        ? link({ id: connector.id })
        : withDirectory(connectors, connector, UNCHECKED, link);
    }
    case 'test':
      return test(connector, command, parts, out);
    case 'test-sign-in':
      await testSignIn(by, connector, command.json, parts, out);
      return true;
    case 'keys':
      await connectorKeys(by, connector, command, parts, out);
      return true;
    case 'explain':
      return explainConnector(connector, command, parts, out);
  }
}

const HEADER = ['CONNECTOR', 'STATE', 'KIND', 'ORDER', 'DOMAINS', 'NAME'];

const row = ({ id, enabled, kind, order, domains, displayName }: ConnectorView): readonly string[] => [
  id,
  enabled ? 'enabled' : 'disabled',
  kind,
  String(order),
  domains.map(({ name, enforce }) => (enforce ? `${name} (enforced)` : name)).join(' ') || '-',
  displayName,
];

/** As a realm file has them; of the secret only when it was set. */
function fieldsOf({
  version: _version,
  createdAt: _made,
  since: _since,
  secretSetAt,
  ownKeysSetAt,
  lastFullRunAt,
  ...fields
}: ConnectorView) {
  return {
    ...fields,
    ...(secretSetAt !== undefined && { secretSetAt: moment(secretSetAt) }),
    ...(ownKeysSetAt !== undefined && { ownKeysSetAt: moment(ownKeysSetAt) }),
    ...(lastFullRunAt !== undefined && { lastFullRunAt: moment(lastFullRunAt) }),
  };
}

function show(connector: ConnectorView, json: boolean, out: Output): void {
  const fields = fieldsOf(connector);
  if (json) {
    printJson(fields, out);
    return;
  }
  const rows = Object.entries({ lockout: 'as the upstream says (connector test shows it)', ...fields }).map(
    ([field, value]) => [`${field}:`, typeof value === 'string' ? value : JSON.stringify(value)],
  );
  for (const line of columns(rows)) out.line(line);
}

/** The maximum number of references listed before a removal. */
const LISTED = 1000;

async function remove(
  by: Actor,
  { id, version }: ConnectorView,
  { cascade, yes, json }: Extract<ConnectorCommand, { action: 'remove' }>,
  { connectors }: Pick<Parts, 'connectors'>,
  out: Output,
): Promise<void> {
  if (cascade && !yes) {
    const { references, more } = await connectors.references(id, LISTED);
    const lines = [
      `Connector ${id} would be removed, which concerns:`,
      ...(references.length === 0 ? ['  nothing else'] : referenceLines(references, more)),
      'Nothing was changed. To do it, add --yes.',
    ];
    throw new GatehouseError('bad-configuration', lines.join('\n'));
  }
  removed(await connectors.remove(by, id, version, { cascade }), `Connector ${id}`);
  if (json) printJson({ removed: id }, out);
  else out.line(`Connector ${id} removed.`);
}

async function test(
  connector: ConnectorView,
  { user, json }: Extract<ConnectorCommand, { action: 'test' }>,
  { connectors, clients }: Pick<Parts, 'connectors' | 'clients'>,
  out: Output,
): Promise<boolean> {
  return withOpened(connectors, connector, async (opened, events) => {
    const landing = opened.signsInBy === 'redirect' ? opened.landing : undefined;
    const steps = [
      ...(await opened.test(user)),
      ...(landing ? [landingStep(landing.client, await clients.get(landing.client))] : []),
    ];
    const read = steps.filter(({ step }) => step === 'lockout');
    const own = read.find(({ lockout }) => lockout)?.lockout;
    const used = read.length > 0 ? await usedLockout(connector.lockout, { ownLockout: async () => own }) : undefined;
    if (json) printJson({ ...testJson(steps, events), ...(used && { lockout: lockoutJson(used) }) }, out);
    else for (const line of [...testLines(steps, events), ...(used ? ['', lockoutLine(used)] : [])]) out.line(line);
    return steps.every(({ outcome }) => outcome !== 'failed');
  });
}
