/** How many of each are made. */
export interface Sizes {
  readonly users: number;
  readonly groups: number;
  readonly roles: number;
}

export const MILLION: Sizes = { users: 1_000_000, groups: 10_000, roles: 1_000 };
