import type { z } from 'zod';
import { roleInput } from '../access/role-input.js';
import { clientInput } from '../realm/client-input.js';
import { resourceServerInput } from '../realm/resource-server-input.js';
import { settingsInput } from '../realm/settings-input.js';
import { overlay } from './overlay.js';
import type { Path, Problem } from './problem.js';
import type { Fields, RealmFile } from './read-realm-file.js';
import type { There } from './there.js';

/** Whether each thing will be right as a whole: what the file names of it, together with what is there and it does not name. */
export function checkWholes({ content, written, problem }: RealmFile, there: There): Problem[] {
  const check = (schema: z.ZodType, stored: object | undefined, fields: Fields, path: Path): Problem[] =>
    (overlay(schema, stored, fields).error?.issues ?? []).map((issue) =>
      problem([...path, ...issue.path], issue.message),
    );
  return [
    ...(written.settings ? check(settingsInput, there.settings, written.settings, ['settings']) : []),
    ...content.resourceServers.flatMap(({ identifier }, i) =>
      check(resourceServerInput, there.resourceServers.get(identifier), written.resourceServers?.[i] ?? {}, [
        'resourceServers',
        i,
      ]),
    ),
    ...content.roles.flatMap(({ name }, i) =>
      check(roleInput, there.roles.get(name), written.roles?.[i] ?? {}, ['roles', i]),
    ),
    ...content.clients.flatMap(({ id }, i) =>
      check(clientInput, there.clients.get(id), written.clients?.[i] ?? {}, ['clients', i]),
    ),
  ];
}
