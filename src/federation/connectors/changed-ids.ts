import type { Connector } from './connector.js';
import { type ConnectorKinds, connectorSettings } from './connector-settings.js';

type IdSettings = Pick<Connector, 'kind' | 'preset' | 'connection' | 'subject'>;

/**
 * The fields that differ and on which the ids of people depend at an upstream to which the browser goes: who is linked may not be
 * recognized after that. Directories are not concerned: a synchronization moves their links. Pure.
 */
export function changedIdSettings(kinds: ConnectorKinds, before: IdSettings, after: IdSettings): readonly string[] {
  const [former, next] = [dependencies(kinds, before), dependencies(kinds, after)];
  return [...new Set([...former.keys(), ...next.keys()])].filter((field) => former.get(field) !== next.get(field));
}

function dependencies(kinds: ConnectorKinds, connector: IdSettings): ReadonlyMap<string, string> {
  const kind = kinds.get(connector.kind);
  if (kind?.signsInBy !== 'redirect' || !kind.idsDependOn) return new Map();
  const settings = connectorSettings(kinds, connector);
  return settings.ok ? kind.idsDependOn(settings.value) : new Map();
}
