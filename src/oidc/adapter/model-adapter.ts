import type { Adapter } from 'oidc-provider';

/** The methods of one model that Gatehouse needs; the library never calls its others. */
export type ModelAdapter = Pick<Adapter, 'upsert' | 'find'> & Partial<Adapter>;

/** Completes an adapter with what its model has no use for: such a call is a bug and says so. */
export function complete(model: string, adapter: ModelAdapter): Adapter {
  const unused = (operation: string) => (): Promise<never> =>
    Promise.reject(new Error(`${operation} was asked of ${model}, which does not offer it.`));
  return {
    consume: unused('consume'),
    destroy: unused('destroy'),
    findByUid: unused('findByUid'),
    findByUserCode: unused('findByUserCode'),
    // Everything that names a grant dies with the grant's own `revokedAt`: there is nothing to do per model.
    revokeByGrantId: () => Promise.resolve(),
    ...adapter,
  };
}
