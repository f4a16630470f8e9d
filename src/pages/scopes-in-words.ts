import type { ConsentResource } from '#views/components/scopes.js';
import type { ResourceServer } from '../realm/resource-servers/resource-server.js';

/** The texts of an API; undefined: it is shown by its identifier. */
export type ResourceServerWords = (
  identifier: string,
) => Promise<Pick<ResourceServer, 'name' | 'permissions'> | undefined>;

/** Permissions by API, in display form. */
export const scopesInWords = (
  scopes: Readonly<Record<string, readonly string[]>>,
  resourceServer: ResourceServerWords,
): Promise<readonly ConsentResource[]> =>
  Promise.all(
    Object.entries(scopes)
      .filter(([, names]) => names.length > 0)
      .map(async ([identifier, names]) => {
        const known = await resourceServer(identifier);
        return {
          name: known?.name ?? identifier,
          permissions: names.map((name) => {
            const description = known?.permissions.find((permission) => permission.name === name)?.description;
            return { name, ...(description !== undefined && { description }) };
          }),
        };
      }),
  );
