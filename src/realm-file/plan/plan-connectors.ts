import { isDeepStrictEqual } from 'node:util';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Instant } from '../../base/clock.js';
import { below, problem, type Problem } from '../../base/problems/problem.js';
import type { InputRead } from '../../base/problems/read-input.js';
import { changedIdSettings } from '../../federation/connectors/changed-ids.js';
import { type Connector, enforcedOf, type MailDomain } from '../../federation/connectors/connector.js';
import { connectorInput, type ConnectorInput } from '../../federation/connectors/connector-input.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import {
  type ConnectorKinds,
  connectorSettings,
  withPresetMapping,
} from '../../federation/connectors/connector-settings.js';
import { mappingFaults } from '../../federation/connectors/mapped-access.js';
import { writeBackFaults } from '../../federation/connectors/write-back-faults.js';
import type { NamesShown } from '../describe/display-names.js';
import { knownFields } from '../read/known-fields.js';
import type { FileProblem } from '../read/problem.js';
import type { RealmFile, WrittenFields } from '../read/read-realm-file.js';
import type { FoundSecrets } from '../secrets/find-secrets.js';
import type { CurrentConnectors } from './current-realm.js';
import type { Operation } from './operation.js';
import { overlay } from './planned-fields.js';

const FIELDS = knownFields(connectorInput, []);

/** Their parts depend on each other, or a part that is left out must end, so the file replaces them as it replaces a list. */
const WHOLES = ['connection', 'subject', 'mapping', 'rules'] as const;

/** @param planned.after the roles and groups of the planned realm */
export function planConnectors(
  { content, written, locate }: RealmFile,
  current: CurrentConnectors,
  { connectorSecrets }: Pick<FoundSecrets, 'connectorSecrets'>,
  { after, names, at }: { readonly after: Snapshot; readonly names: NamesShown; readonly at: Instant },
) {
  const problems: FileProblem[] = [];
  const [reduce, operations, enforcing]: [Operation[], Operation[], Operation[]] = [[], [], []];
  const wanted = new Map<string, ConnectorInput>();
  const changedIds: ChangedIds[] = [];
  for (const [entry, { id }] of content.connectors.entries()) {
    const note = (faults: readonly Problem[]): void => {
      problems.push(...faults.map((fault) => locate(below(['connectors', entry], fault))));
    };
    const before = current.all.get(id);
    const read = wantedConnector(current.kinds, before, written.connectors?.[entry]);
    if (!read.ok) {
      note(read.problems);
      continue;
    }
    const input = read.value;
    wanted.set(id, input);
    const settings = connectorSettings(current.kinds, input);
    note(before && before.kind !== input.kind ? [kindFixed(before)] : settings.ok ? [] : settings.problems);
    note(mappingFaults(input.mapping, after, at));
    note(writeBackFaults(current.kinds, input));
    const common = { thing: 'connector', name: id, entry } as const;
    if (!before) {
      operations.push({ ...common, step: 'create', changes: [{ what: 'created' }] });
      const changes = names.fields({ ...input, domains: unenforced(input) }, input, ['domains']);
      if (changes.length > 0) enforcing.push({ ...common, step: 'change', changes });
      continue;
    }
    const fields = changedIdSettings(current.kinds, before, input);
    if (fields.length > 0) changedIds.push({ connector: id, fields });
    const enforcesMore = enforcedOf(input).some((domain) => !enforcedOf(before).some(isSame(domain)));
    const steps = enforcesMore ? enforcing : operations;
    const reduced = { ...before, domains: reducedDomains(before, input) };
    const moved = names.fields(before, reduced, ['domains']);
    const others = names.fields(reduced, { ...reduced, ...input }, FIELDS);
    if (moved.length > 0) reduce.push({ ...common, step: 'reduce', changes: moved });
    if (others.length > 0) steps.push({ ...common, step: 'change', changes: others });
    const secret = connectorSecrets.get(id);
    if (secret !== undefined && !current.hasSecret(id, secret)) {
      operations.push({ ...common, step: 'secrets', changes: [{ what: 'secrets' }] });
    }
  }
  const domainProblems = content.connectors.flatMap(({ id }, entry) =>
    domainFaults(id, wanted, current).map((fault) => locate(below(['connectors', entry], fault))),
  );
  return {
    problems: [...problems, ...domainProblems],
    operations: [...reduce, ...operations],
    /** They come last: who keeps a way in without the connector may get it by the same file. */
    enforcing,
    changedIds,
    planned: [...new Map<string, EnforcedConnector>([...current.all, ...wanted]).values()],
  };
}

/** A connector after which the upstream may name people by other ids, and the fields that change. */
export interface ChangedIds {
  readonly connector: string;
  readonly fields: readonly string[];
}

/** A connector as far as it decides who may sign in elsewhere. */
export type EnforcedConnector = Pick<Connector, 'id' | 'enabled' | 'domains'>;

const isSame =
  (domain: MailDomain) =>
  (other: MailDomain): boolean =>
    isDeepStrictEqual(domain, other);

/** The planned connector without its secret, or what is wrong with it. */
export function wantedConnector(
  kinds: ConnectorKinds,
  before: ConnectorView | undefined,
  written: WrittenFields = {},
): InputRead<ConnectorInput> {
  const { secret: _, ...fields } = written;
  const replaced = new Set<string>(WHOLES.filter((field) => fields[field] !== undefined));
  const stored = before && Object.fromEntries(Object.entries(before).filter(([field]) => !replaced.has(field)));
  const read = overlay(connectorInput, stored, fields);
  return read.ok ? { ok: true, value: withPresetMapping(kinds, read.value) } : read;
}

/** The domains that it keeps: it gives up the others before another connector gets them. */
export const reducedDomains = (
  before: Pick<Connector, 'domains'>,
  { domains }: Pick<ConnectorInput, 'domains'>,
): Connector['domains'] => before.domains.filter(({ name }) => domains.some((domain) => domain.name === name));

/** The domains that a new connector begins with. */
export const unenforced = ({ domains }: Pick<ConnectorInput, 'domains'>): Connector['domains'] =>
  domains.map((domain) => ({ ...domain, enforce: false }));

const kindFixed = ({ id, kind }: ConnectorView): Problem =>
  problem('connector-kind-fixed', ['kind'], { connector: id, kind });

/** Domains of the planned connector that another one has then. */
function domainFaults(
  id: string,
  wanted: ReadonlyMap<string, ConnectorInput>,
  { all }: CurrentConnectors,
): readonly Problem[] {
  const planned = [...new Map<string, Pick<Connector, 'id' | 'domains'>>([...all, ...wanted]).values()];
  return (wanted.get(id)?.domains ?? []).flatMap(({ name }, at): readonly Problem[] => {
    const other = planned.find((one) => one.id !== id && one.domains.some((domain) => domain.name === name));
    if (!other) return [];
    return [problem('connector-domain-taken', ['domains', at, 'name'], { domain: name, connector: other.id })];
  });
}
