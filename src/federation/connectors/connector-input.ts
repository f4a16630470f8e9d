import { z } from 'zod';
import { problem, type Problem } from '../../base/problems/problem.js';
import { refusedAs, refusing } from '../../base/problems/read-input.js';
import { attributeNameInput } from '../../base/text/attribute-name.js';
import { prototypeNameFault } from '../../base/text/prototype-names.js';
import { lineInput } from '../../base/text/text-input.js';
import type { Patch } from '../../changes/patched-input.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import { foldIdentifier, newUsernameFault } from '../../identity/identifiers/normalize-identifier.js';
import { foldedInput } from '../../identity/users/user-input.js';
import { picture } from '../../realm/branding/logo.js';
import { PASSWORD_WRITING } from '../contract/upstream-writer.js';
import { mappingInput } from '../mapping/mapping-input.js';
import { canBeAskedFor, fieldFault, mappedField } from '../mapping/rules/mapped-fields.js';
import { LEAVERS, LINKING, PROVISIONING, UPDATES } from './connector.js';
import { mailDomain, rulesInput } from './rules-input.js';
import { settingsObject } from './settings-object.js';
import { syncInput } from './sync-input.js';

const connectorId = z
  .string()
  .refine((id) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(id), refusedAs('connector-id-form', {}))
  .superRefine(refusing(prototypeNameFault))
  .superRefine(refusing((id) => (id === PRIMARY_STORE ? problem('connector-id-reserved', [], { id }) : undefined)));

/** The page that asks for them stays a page. */
export const MOST_REQUIRED = 20;

function requiredFault(name: string): Problem | undefined {
  const field = mappedField(name);
  if (!field) return fieldFault(name);
  return canBeAskedFor(field) ? undefined : problem('required-field-not-asked', [], { field: name });
}

/** A connector as requested through an interface or the realm file. Its kind reads `connection` and `subject`. */
export const connectorInput = z
  .strictObject({
    id: connectorId,
    displayName: lineInput('connector-name', 200),
    logo: picture.exactOptional(),
    kind: z.string().max(40),
    preset: z.string().max(40).exactOptional(),
    enabled: z.boolean().default(true),
    order: z.int().min(0).max(10_000).default(100),
    afterWrongPassword: z.enum(['stop', 'next']).default('stop'),
    domains: z
      .array(
        z.strictObject({
          name: mailDomain,
          enforce: z.boolean().default(false),
          except: z
            .array(foldedInput((text) => foldIdentifier(text)).superRefine(refusing(newUsernameFault)))
            .max(20)
            .default([]),
        }),
      )
      .max(20)
      .default([]),
    connection: settingsObject.default({}),
    subject: settingsObject.default({}),
    secret: z.string().min(1).max(4096).exactOptional(),
    secretExpiresAt: z.iso.date().exactOptional(),
    mapping: mappingInput.prefault({}),
    provisioning: z
      .strictObject({
        mode: z.enum(PROVISIONING).default('create'),
        update: z.union([z.enum(UPDATES), z.array(attributeNameInput).max(100)]).default('always'),
        require: z
          .array(z.string().max(1000).superRefine(refusing(requiredFault)))
          .max(MOST_REQUIRED)
          .default([]),
      })
      .prefault({}),
    linking: z.enum(LINKING).default('never'),
    rules: rulesInput.exactOptional(),
    writeBack: z
      .strictObject({
        fields: z.array(z.string().max(120)).max(50).default([]),
        password: z.enum(PASSWORD_WRITING).default('never'),
      })
      .prefault({}),
    accessLasts: z.int().min(60).max(31_536_000).default(86_400),
    recheckAfter: z.int().min(0).max(86_400).default(900),
    lockout: z
      .strictObject({
        failures: z.int().min(3).max(1000).default(5),
        minutes: z.int().min(1).max(10_080).default(30),
      })
      .exactOptional(),
    sync: syncInput.exactOptional(),
    leavers: z
      .strictObject({ after: z.int().min(1).max(3650).default(30), then: z.enum(LEAVERS).default('keep') })
      .exactOptional(),
  })
  .superRefine(
    refusing(({ domains, provisioning: { require: required }, writeBack: { fields } }) => [
      ...domains.flatMap(({ name }, at) =>
        domains.findIndex((domain) => domain.name === name) < at
          ? [problem('declared-twice', ['domains', at, 'name'], { name })]
          : [],
      ),
      ...required.flatMap((name, at) =>
        required.indexOf(name) < at ? [problem('declared-twice', ['provisioning', 'require', at], { name })] : [],
      ),
      ...fields.flatMap((name, at) =>
        fields.indexOf(name) < at ? [problem('declared-twice', ['writeBack', 'fields', at], { name })] : [],
      ),
    ]),
  );

export type ConnectorInput = z.output<typeof connectorInput>;
export type ConnectorPatch = Patch<Omit<z.input<typeof connectorInput>, 'id'>>;
