import { z } from 'zod';
import { problem, type Problem } from '../../../base/problems/problem.js';
import { type InputRead, readInput, refusing } from '../../../base/problems/read-input.js';
import { attributeNameInput } from '../../../base/text/attribute-name.js';
import { linesInput } from '../../../base/text/text-input.js';
import { nearest } from '../../../base/text/nearest-word.js';
import { foldEmail, foldIdentifier, newUsernameFault } from '../../../identity/identifiers/normalize-identifier.js';
import { profileInput } from '../../../identity/users/profile.js';
import { foldedInput } from '../../../identity/users/user-input.js';

/** A field of a user that a mapping can set. */
export interface MappedField {
  /** As a rule names it: `username`, `givenName`, `address.locality`, `attributes.department`. */
  readonly name: string;
  readonly is: 'username' | 'email' | 'emailVerified' | 'profile' | 'address' | 'attribute';
  /** The name within the profile, the address or the attributes. */
  readonly key: string;
  readonly type: 'text' | 'boolean';
  /** Reads one value by our own rules. */
  read(value: unknown): InputRead<unknown>;
}

const ATTRIBUTES = 'attributes.';

const field = (is: MappedField['is'], name: string, schema: z.ZodType, key = name): MappedField => ({
  name,
  is,
  key,
  type: isBoolean(schema) ? 'boolean' : 'text',
  read: (value) => readInput(schema, value),
});

function isBoolean(schema: z.ZodType): boolean {
  return (schema instanceof z.ZodExactOptional ? schema.unwrap() : schema) instanceof z.ZodBoolean;
}

const username = z
  .string()
  .trim()
  .pipe(foldedInput((text) => foldIdentifier(text)).superRefine(refusing(newUsernameFault)));
const email = z.string().trim().pipe(foldedInput(foldEmail));
const attributeValue = linesInput('attribute-value', 1000);

const { address, ...flat } = profileInput.shape;

/** All but the attributes, whose names are free. */
const FIELDS: ReadonlyMap<string, MappedField> = new Map(
  [
    field('username', 'username', username),
    field('email', 'email', email),
    field('emailVerified', 'emailVerified', z.boolean()),
    ...Object.entries(flat).map(([name, schema]) => field('profile', name, schema)),
    ...Object.entries(address.unwrap().shape).map(([key, schema]) => field('address', `address.${key}`, schema, key)),
  ].map((one) => [one.name, one] as const),
);

/** The field of this name; undefined if no mapping can set it. */
export function mappedField(name: string): MappedField | undefined {
  if (!name.startsWith(ATTRIBUTES)) return FIELDS.get(name);
  const key = name.slice(ATTRIBUTES.length);
  return attributeNameInput.safeParse(key).success ? field('attribute', name, attributeValue, key) : undefined;
}

/** Why a mapping can not set a field of this name; undefined if it can. */
export function fieldFault(name: string): Problem | undefined {
  if (mappedField(name)) return undefined;
  const attribute = name.startsWith(ATTRIBUTES)
    ? readInput(attributeNameInput, name.slice(ATTRIBUTES.length))
    : undefined;
  if (attribute?.ok === false && attribute.problems[0]) return { ...attribute.problems[0], path: [] };
  const meant = nearest(name, FIELDS.keys());
  return problem('mapping-field-unknown', [], { field: name, ...(meant !== undefined && { meant }) });
}

/** Whether a person can be asked for it. A name identifies, and nobody verifies their own address. */
export const canBeAskedFor = ({ is, type }: MappedField): boolean => is !== 'username' && type === 'text';
