import { z } from 'zod';
import { connectorInput, type ConnectorInput } from '../../../src/federation/connectors/connector-input.js';
import type { TestStep } from '../../../src/federation/contract/connector-condition.js';
import type { PasswordKind, ConnectorParts } from '../../../src/federation/contract/connector-kind.js';

const settings = z.strictObject({
  connection: z.strictObject({
    server: z.string().startsWith('ldaps://'),
    timeouts: z.strictObject({ connect: z.int(), read: z.int() }).exactOptional(),
  }),
  subject: z.strictObject({ names: z.array(z.string()).default(['uid']) }),
});
type Settings = z.output<typeof settings>;

/** A protocol of tests: it remembers what it was created with, and its steps are what a test says. */
export function testKind(steps: readonly TestStep[] = []) {
  const created: ConnectorParts<Settings>[] = [];
  let closed = 0;
  const kind: PasswordKind<Settings> = {
    kind: 'test',
    signsInBy: 'password',
    settings,
    presets: new Map([
      [
        'common',
        {
          connection: { server: 'ldaps://preset.example', timeouts: { connect: 1, read: 2 } },
          subject: { names: ['uid', 'mail'] },
        },
      ],
    ]),
    create(parts) {
      created.push(parts);
      return {
        ...{ signsInBy: 'password', id: parts.id },
        domains: parts.domains ?? [],
        authenticate: async () => ({ kind: 'unknown' }),
        lookup: async () => ({ kind: 'unknown' }),
        test: async (name) => (name === undefined ? steps : [...steps, { step: 'sample', outcome: 'ok', at: name }]),
        health: () => ({ state: 'unknown' }),
        close: async () => {
          closed++;
        },
      };
    },
  };
  return { kind, created, closed: () => closed };
}

/** A connector of that kind as an administrator asks for it. */
export const connectorOf = (fields: object): ConnectorInput =>
  connectorInput.parse({
    displayName: 'Example Corp',
    kind: 'test',
    connection: { server: 'ldaps://directory.example' },
    ...fields,
  });
