import { z } from 'zod';
import type { Json, JsonObject } from '../../base/json.js';
import { problem } from '../../base/problems/problem.js';
import { carried, refusedAs, refusing } from '../../base/problems/read-input.js';
import { prototypeNameFault } from '../../base/text/prototype-names.js';
import { lineInput } from '../../base/text/text-input.js';
import type { Patch } from '../../changes/patched-input.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import { foldDomain } from '../../identity/identifiers/normalize-identifier.js';
import { mappingInput } from '../mapping/mapping-input.js';
import { LINKING, PROVISIONING, UPDATES } from './connector.js';

const connectorId = z
  .string()
  .refine((id) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(id), refusedAs('connector-id-form', {}))
  .superRefine(refusing(prototypeNameFault))
  .superRefine(refusing((id) => (id === PRIMARY_STORE ? problem('connector-id-reserved', [], { id }) : undefined)));

/** In the form that {@link foldDomain} gives the domain of a typed address. */
const mailDomain = z
  .string()
  .max(1000)
  .transform((text, context) => {
    const domain = foldDomain(text.toLowerCase());
    if (domain?.includes('.') === true) return domain;
    context.addIssue(carried(problem('mail-domain-form', [], {})));
    return z.NEVER;
  });

/** Settings are short; the longest value is a bundle of certificates. */
const DEEPEST = 8;
const MOST_ITEMS = 1000;
const LONGEST = 200_000;

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.string().max(LONGEST),
    z.number(),
    z.boolean(),
    z.array(json).max(MOST_ITEMS),
    z.record(z.string(), json),
  ]),
);

const settingsObject: z.ZodType<JsonObject> = z
  .unknown()
  .refine((value) => depthOf(value) <= DEEPEST, { ...refusedAs('settings-too-deep', { most: DEEPEST }), abort: true })
  .pipe(z.record(z.string(), json));

/** A connector as requested through an interface or the realm file. Its kind reads `connection` and `subject`. */
export const connectorInput = z
  .strictObject({
    id: connectorId,
    displayName: lineInput('connector-name', 200),
    kind: z.string().max(40),
    preset: z.string().max(40).exactOptional(),
    enabled: z.boolean().default(true),
    order: z.int().min(0).max(10_000).default(100),
    domains: z
      .array(z.strictObject({ name: mailDomain, enforce: z.boolean().default(false) }))
      .max(20)
      .default([]),
    connection: settingsObject.default({}),
    subject: settingsObject.default({}),
    secret: z.string().min(1).max(LONGEST).exactOptional(),
    mapping: mappingInput.prefault({}),
    provisioning: z
      .strictObject({
        mode: z.enum(PROVISIONING).default('create'),
        update: z.union([z.enum(UPDATES), z.array(z.string().max(200)).max(100)]).default('always'),
      })
      .prefault({}),
    linking: z.enum(LINKING).default('never'),
    accessLasts: z.int().min(60).max(31_536_000).default(86_400),
    recheckAfter: z.int().min(0).max(86_400).default(900),
  })
  .superRefine(
    refusing(({ domains }) =>
      domains.flatMap(({ name }, at) =>
        domains.findIndex((domain) => domain.name === name) < at
          ? [problem('declared-twice', ['domains', at, 'name'], { name })]
          : [],
      ),
    ),
  );

export type ConnectorInput = z.output<typeof connectorInput>;
export type ConnectorPatch = Patch<Omit<z.input<typeof connectorInput>, 'id'>>;

/** How many objects and lists contain each other, counted no further than refused. */
function depthOf(value: unknown, above = 0): number {
  if (typeof value !== 'object' || value === null || above > DEEPEST) return above;
  return Math.max(above + 1, ...Object.values(value).map((inner) => depthOf(inner, above + 1)));
}
