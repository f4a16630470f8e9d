import type { Parts } from '../../app/parts.js';
import type { Actor } from '../../changes/actor.js';
import { moment } from '../../base/text/moment.js';
import { GatehouseError } from '../../base/errors.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import type { OwnKeyStep, OwnKeyView } from '../../federation/connectors/own-keys.js';
import { printJson } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { columns } from '../output/table.js';
import { saved } from '../output/unwrap.js';

/** Shows the key pairs of a connector, after a step of their roll-over if there is one. */
export async function connectorKeys(
  by: Actor,
  { id, version }: Pick<ConnectorView, 'id' | 'version'>,
  { step, json }: { readonly step?: OwnKeyStep; readonly json: boolean },
  { ownKeys }: Pick<Parts, 'ownKeys'>,
  out: Output,
): Promise<void> {
  const keys = step === undefined ? await ownKeys.of(id) : saved(await ownKeys.roll(by, id, step, version));
  if (!keys) throw new GatehouseError('bad-configuration', `The connector ${id} has no keys of its own.`);
  if (json) {
    printJson({ keys: keys.map(jsonOf) }, out);
    return;
  }
  const rows = keys.map(({ state, madeAt, until, fingerprint }) => [state, moment(madeAt), moment(until), fingerprint]);
  for (const line of columns([HEADER, ...rows])) out.line(line);
  for (const { state, certificate } of keys) for (const line of ['', `${state}:`, certificate.trim()]) out.line(line);
}

const HEADER = ['STATE', 'MADE', 'UNTIL', 'SHA-256 OF THE CERTIFICATE'];

const jsonOf = ({ madeAt, until, ...key }: OwnKeyView) => ({ ...key, madeAt: moment(madeAt), until: moment(until) });
