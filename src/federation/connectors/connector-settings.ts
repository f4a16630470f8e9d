import { problem, type Problem } from '../../base/problems/problem.js';
import { type InputRead, readInput } from '../../base/problems/read-input.js';
import type { ConnectorKind } from '../contract/connector-kind.js';
import type { Connector } from './connector.js';

/** By the name of the kind. */
export type ConnectorKinds = ReadonlyMap<string, ConnectorKind>;

export const byKind = (kinds: readonly ConnectorKind[]): ConnectorKinds =>
  new Map(kinds.map((kind) => [kind.kind, kind]));

/**
 * The settings of a connector as its kind reads them: `{ connection, subject }`, with the values of the preset where these say nothing.
 * Pure.
 */
export function connectorSettings(
  kinds: ConnectorKinds,
  { kind, preset, connection, subject }: Pick<Connector, 'kind' | 'preset' | 'connection' | 'subject'>,
): InputRead<unknown> {
  const known = kinds.get(kind);
  if (!known) return refused(problem('connector-kind-unknown', ['kind'], { kind, known: [...kinds.keys()] }));
  const defaults = preset === undefined ? {} : known.presets.get(preset);
  if (!defaults) {
    const params = { preset: preset ?? '', kind, known: [...known.presets.keys()] };
    return refused(problem('connector-preset-unknown', ['preset'], params));
  }
  const { connection: connectionDefaults, subject: subjectDefaults } = defaults;
  return readInput(known.settings, {
    connection: withDefaults(connectionDefaults, connection),
    subject: withDefaults(subjectDefaults, subject),
  });
}

/**
 * A connector with the rules for fields that its preset, or its kind, has for administrators who write none. Pure, and the same if it is
 * done again.
 */
export function withPresetMapping<T extends Pick<Connector, 'kind' | 'preset' | 'mapping'>>(
  kinds: ConnectorKinds,
  connector: T,
): T {
  const { kind, preset, mapping } = connector;
  const known = kinds.get(kind);
  const own = { ...mapping, emailTrust: mapping.emailTrust ?? 'never' } as const;
  const defaults = (preset === undefined ? undefined : known?.presets.get(preset)?.mapping) ?? known?.mapping;
  if (!defaults || mapping.profile.length > 0) return { ...connector, mapping: own };
  const { profile, emailTrust = 'never' } = defaults;
  return { ...connector, mapping: { ...mapping, profile: [...profile], emailTrust: mapping.emailTrust ?? emailTrust } };
}

const refused = (fault: Problem): InputRead<never> => ({ ok: false, problems: [fault] });

/** The own values, and the defaults where there is none; objects are merged at every level, and a list is one value. */
function withDefaults(defaults: unknown, own: unknown): unknown {
  if (own === undefined) return defaults;
  if (!isObject(defaults) || !isObject(own)) return own;
  const merged = new Map<string, unknown>(Object.entries(defaults));
  for (const [name, value] of Object.entries(own)) merged.set(name, withDefaults(merged.get(name), value));
  return Object.fromEntries(merged);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
