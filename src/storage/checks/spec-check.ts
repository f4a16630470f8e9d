import { misuse } from '../misuse.js';
import type { AnyQuerySpec, AnySpec } from '../spec.js';

// Names become parts of table, column and index names, which ignore case and join with an underscore.
const NAME = /^[a-z][A-Za-z0-9]*$/;
/** Fields that every document has; engines store them separately. */
const OWN = new Set(['id', 'version', 'expiresAt']);

/** @throws GatehouseError `store-misuse` when specs contradict themselves or one another */
export function checkSpecs(specs: readonly AnySpec[]): void {
  const names = new Set<string>();
  for (const spec of specs) {
    if (names.has(spec.name.toLowerCase())) throw misuse(`Two specs are named ${spec.name}.`);
    names.add(spec.name.toLowerCase());
    checkSpec(spec);
  }
}

function checkSpec(spec: AnySpec): void {
  const wrong = (what: string): never => {
    throw misuse(`The spec ${spec.name} ${what}.`);
  };
  const sealed = new Set(spec.sealed ?? []);
  const hashed = new Set(spec.hashed ?? []);

  if (!NAME.test(spec.name)) wrong('has a name that is not letters and digits');
  checkVersions(spec, wrong);

  const fields = new Set<string>();
  for (const field of Object.keys(spec.indexed)) {
    if (!NAME.test(field)) wrong(`indexes ${field}, whose name is not letters and digits`);
    if (OWN.has(field)) wrong(`indexes ${field}, which every engine keeps by itself`);
    if (sealed.has(field)) wrong(`indexes ${field}, which is sealed`);
    if (fields.has(field.toLowerCase())) wrong(`indexes ${field} twice`);
    fields.add(field.toLowerCase());
  }
  for (const field of sealed) {
    if (OWN.has(field)) wrong(`seals ${field}, which must be readable`);
    if (hashed.has(field)) wrong(`both hashes and seals ${field}`);
  }
  for (const [field, name = field] of Object.entries(spec.storedAs ?? {})) {
    if (OWN.has(field) || OWN.has(name)) wrong(`stores ${field} as ${name}, which every engine keeps by itself`);
    if (field in spec.indexed || hashed.has(field) || sealed.has(field)) {
      wrong(`stores ${field} under another name, though it is indexed, hashed or sealed`);
    }
  }
  for (const field of spec.audited ?? []) {
    if (sealed.has(field) || hashed.has(field)) wrong(`shows ${field} to the audit, though it is a secret`);
  }
  const scalar = (field: string, where: string): void => {
    const type = spec.indexed[field];
    if (type === undefined) wrong(`uses ${field} in ${where} but does not index it`);
    if (type === 'strings') wrong(`uses ${field} in ${where}, which is an array`);
  };
  const keys = new Set<string>();
  for (const [key, of] of Object.entries(spec.unique)) {
    if (!NAME.test(key) || key === 'id') wrong(`has a unique key that can't be named ${key}`);
    if (of.length === 0 || new Set(of).size < of.length) wrong(`has a unique key, ${key}, of no or repeated fields`);
    if (keys.has(key.toLowerCase())) wrong(`has two unique keys named ${key}`);
    keys.add(key.toLowerCase());
    for (const field of of) scalar(field, `the key ${key}`);
  }
  for (const [name, query] of Object.entries(spec.queries)) checkQuery(name, query, spec, scalar, wrong);
}

type SpecFault = (what: string) => never;

function checkVersions(spec: AnySpec, wrong: SpecFault): void {
  if (!Number.isSafeInteger(spec.version) || spec.version < 1) wrong('has a version that is not a number from 1 on');
  const migrations = Object.keys(spec.migrations ?? {}).map(Number);
  for (let version = 2; version <= spec.version; version++) {
    if (!migrations.includes(version)) wrong(`is at version ${spec.version} but has no migration to ${version}`);
  }
  if (migrations.some((to) => to < 2 || to > spec.version)) wrong('has a migration to a version it does not reach');
}

function checkQuery(
  name: string,
  query: AnyQuerySpec,
  spec: AnySpec,
  scalar: (field: string, where: string) => void,
  wrong: SpecFault,
): void {
  const where = `the query ${name}`;
  const { equal = [], contains, order } = query;
  for (const field of equal) scalar(field, where);
  if (contains !== undefined && spec.indexed[contains] !== 'strings') {
    wrong(`asks in ${where} whether ${contains} contains something, but does not index it as an array`);
  }
  if (order !== undefined) {
    scalar(order, where);
    if (spec.indexed[order] === 'boolean') wrong(`orders ${where} by ${order}, which is a boolean`);
  }
  const named = [...equal, ...(order === undefined ? [] : [order])];
  if (new Set(named).size < named.length) wrong(`names a field twice in ${where}`);
}
