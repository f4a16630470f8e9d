import { parseArguments } from '../arguments/parse-arguments.js';
import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import { referencesTo } from '../../changes/removal/remove-recorded.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { saved } from '../output/unwrap.js';
import { withParts } from '../with-parts.js';
import { mergeFields } from '../../changes/merge-fields.js';
import { type FieldsGiven, readFields } from './fields.js';
import { client, group, type ManagedKind, resourceServer, role, unknown } from './kinds.js';
import { printJson, printList, referenceLines, removed } from './output.js';

export type KindName = 'role' | 'group' | 'client' | 'resource-server';
const ACTIONS = ['list', 'show', 'create', 'edit', 'rename', 'delete'] as const;

interface Flags {
  readonly json: boolean;
  readonly cascade: boolean;
  readonly yes: boolean;
}

export type ManageCommand = Flags & {
  readonly of: KindName;
} & (
    | { readonly action: 'list' }
    | { readonly action: 'show' | 'delete'; readonly name: string }
    | { readonly action: 'create' | 'edit'; readonly name: string; readonly fields: FieldsGiven }
    | { readonly action: 'rename'; readonly name: string; readonly to: string }
  );

const OPTIONS = {
  json: { type: 'boolean' },
  set: { type: 'string', multiple: true },
  stdin: { type: 'boolean' },
  cascade: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

/** @throws NotUnderstood with the usage of the command */
export function readManageCommand(of: KindName, [given, ...args]: readonly string[]): ManageCommand {
  const action = ACTIONS.find((known) => known === given);
  if (!action) throw new NotUnderstood();
  const { positionals, values } = argumentsOf(args);
  const [name, to, ...more] = positionals;
  const { json = false, cascade = false, yes = false, set = [], stdin = false } = values;
  const flags = { of, json, cascade, yes };
  if (action === 'list') {
    if (name === undefined) return { ...flags, action };
  } else if (name !== undefined && name !== '') {
    if (action === 'rename') {
      if (to !== undefined && to !== '' && more.length === 0) return { ...flags, action, name, to };
    } else if (to === undefined) {
      if (action === 'show' || action === 'delete') return { ...flags, action, name };
      return { ...flags, action, name, fields: { set, stdin } };
    }
  }
  throw new NotUnderstood();
}

function argumentsOf(args: readonly string[]) {
  return parseArguments({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/**
 * Lists, shows, creates, changes and removes objects of one kind. @throws GatehouseError `bad-configuration`, StoreUnavailable,
 * NotUnderstood
 */
export async function manageCommand(by: Actor, command: ManageCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, (parts) => {
    switch (command.of) {
      case 'role':
        return carryOut(by, command, role, parts, out);
      case 'group':
        return carryOut(by, command, group, parts, out);
      case 'client':
        return carryOut(by, command, client, parts, out);
      case 'resource-server':
        return carryOut(by, command, resourceServer, parts, out);
    }
  });
}

async function carryOut<T extends { readonly version: number }>(
  by: Actor,
  command: ManageCommand,
  kind: ManagedKind<T>,
  parts: Parts,
  out: Output,
): Promise<void> {
  const snapshot = await parts.snapshots.read();
  const shownOf = (item: T, current = snapshot) => ({ ...kind.fieldsOf(item, current), ...kind.originOf?.(item) });
  if (command.action === 'list') {
    const json = (item: T) => shownOf(item);
    const shown = { header: kind.header, row: (item: T) => kind.row(item, snapshot), ...(command.json && { json }) };
    return printList((page) => kind.list(parts, page), shown, out);
  }
  const { name } = command;
  const thing = `${kind.label} ${name}`;
  if (command.action === 'create') {
    const fields = { ...(await readFields(command.fields)), [kind.nameField]: name };
    const more = await kind.create(parts, by, fields, snapshot);
    await report(name, 'created');
    for (const line of more) out.line(line);
    return;
  }
  const item = (await kind.find(parts, name)) ?? unknown(kind.label, name, snapshot);
  switch (command.action) {
    case 'show':
      show(shownOf(item), command.json, out);
      return;
    case 'edit': {
      const given = await readFields(command.fields);
      if (Object.keys(given).length === 0) throw new NotUnderstood(NOTHING_GIVEN);
      const fields = mergeFields(kind.fieldsOf(item, snapshot), given);
      if (fields[kind.nameField] !== kind.fieldsOf(item, snapshot)[kind.nameField])
        throw new NotUnderstood(kind.rename ? RENAME : KEEPS_ITS_NAME);
      if (command.cascade && !command.yes) throw refusal(['Nothing was changed. With --cascade, also give --yes.']);
      removed(await kind.update(parts, by, item, { fields, options: { cascade: command.cascade }, snapshot }), thing);
      return report(name, 'changed');
    }
    case 'rename':
      if (!kind.rename) throw new NotUnderstood(KEEPS_ITS_NAME);
      saved(await kind.rename(parts, by, item, command.to, snapshot));
      return report(command.to, `renamed from ${name}`);
    case 'delete': {
      if (command.cascade && !command.yes) {
        const { references, more } = await referencesTo(parts.recorder, [kind.removedAs(item)], LISTED);
        const lines = references.length === 0 ? ['  nothing else'] : referenceLines(references, more);
        throw refusal([
          `${thing} would be deleted, and the references of:`,
          ...lines,
          'Nothing was changed. To do it, add --yes.',
        ]);
      }
      removed(await kind.remove(parts, by, item, { cascade: command.cascade }), thing);
      return report(name, 'deleted', false);
    }
  }

  /** With `--json`, its current state. */
  async function report(called: string, what: string, isThere = true): Promise<void> {
    if (!command.json) {
      out.line(`${kind.label} ${called} ${what}.`);
      return;
    }
    const now = isThere ? await kind.find(parts, called) : undefined;
    printJson(now ? shownOf(now, await parts.snapshots.read()) : { deleted: called }, out);
  }
}

/** The maximum number of references listed before a removal. */
const LISTED = 1000;
const NOTHING_GIVEN = 'Say what to change: --set FIELD=VALUE, or --stdin with a JSON object of fields.';
const RENAME = 'That field is the name: use the command `rename`.';
const KEEPS_ITS_NAME = 'A resource server keeps its identifier: tokens and applications name it.';

const refusal = (lines: readonly string[]): GatehouseError => new GatehouseError('bad-configuration', lines.join('\n'));

function show(fields: object, json: boolean, out: Output): void {
  if (json) {
    printJson(fields, out);
    return;
  }
  for (const [field, value] of Object.entries(fields)) {
    out.line(`${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
}
