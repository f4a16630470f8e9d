/** How long hashes take on this machine, by cost. */
export interface UsualTimes {
  /**
   * Records the time that these parameters took. Returns the usual time of the slowest kind, in milliseconds; 0 if there is
   * only one kind, since nothing needs to be hidden then.
   */
  slowestWith(parameters: object, took: number): number;
}

export function usualTimes(): UsualTimes {
  /** Moving averages. There is one for each setting ever in force, and for each kind of imported hash. */
  const usual = new Map<string, number>();
  return {
    slowestWith(parameters, took) {
      const kind = JSON.stringify(parameters);
      const before = usual.get(kind);
      usual.set(kind, before === undefined ? took : 0.8 * before + 0.2 * took);
      return usual.size === 1 ? 0 : Math.max(...usual.values());
    },
  };
}
