/** The counts of a run, and its violations. */
export class Findings {
  faults = { kill: 0, 'step down': 0, stop: 0 };
  rotations = 0;
  families = 0;
  deadFamilies = 0;
  revocations = 0;
  probes = { userinfo: 0, introspection: 0 };
  revived = 0;
  acknowledged = 0;
  lost = 0;
  unavailable = 0;
  errors500 = 0;
  longest503 = 0;
  fastest503 = Infinity;
  /** The slowest of each endpoint, in milliseconds. */
  readonly slowest503 = new Map<string, number>();
  /** The duration of each stop of the servers, in milliseconds. */
  readonly stops: number[] = [];
  /** The memory of the larger server, this many seconds after the load, in megabytes. */
  memory = { megabytes: 0, after: 0 };
  /** The heap of both servers after a collection, before and after the final outages, in megabytes. */
  heap = { before: 0, after: 0 };
  readonly notes: string[] = [];

  /** Records each response with its duration. */
  answered(path: string, status: number, ms: number): void {
    if (status === 500) this.errors500++;
    if (status !== 503) return;
    this.unavailable++;
    this.longest503 = Math.max(this.longest503, ms);
    const endpoint = path.replace(/\?.*/, '').replace(/\/sign-in\/[^/]+/, '/sign-in/UID');
    this.slowest503.set(endpoint, Math.max(this.slowest503.get(endpoint) ?? 0, ms));
    this.fastest503 = Math.min(this.fastest503, ms);
  }

  /** The measurements, their goals, and whether these were met. */
  rows(): readonly (readonly [what: string, measured: string, goal: string, isMet: boolean])[] {
    const { kill, stop, 'step down': stepDown } = this.faults;
    const slowestStop = Math.max(0, ...this.stops);
    const { userinfo, introspection } = this.probes;
    const { heap } = this;
    const { megabytes, after } = this.memory;
    const shown = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    return [
      ['faults', `${kill} kills, ${stepDown} step-downs, ${stop} stops of the primary`, '', true],
      ['acknowledged writes lost', `${this.lost} of ${this.acknowledged}`, '0', this.lost === 0],
      ['families dead though obedient', `${this.deadFamilies} of ${this.families}`, '0', this.deadFamilies === 0],
      [
        'revoked tokens alive again',
        `${this.revived} of ${userinfo + introspection} probes (${introspection} by introspection)`,
        '0',
        this.revived === 0,
      ],
      ['answers 500', String(this.errors500), '0', this.errors500 === 0],
      ['longest 503', `${shown(this.longest503)} (of ${this.unavailable})`, '6.5 s', this.longest503 <= 6500],
      ['slowest stop', `${shown(slowestStop)} (of ${this.stops.length})`, '10 s', slowestStop <= 10_000],
      [
        `memory of the larger server, ${after} s after the load`,
        `${megabytes.toFixed(0)} MB`,
        '200 MB',
        megabytes <= 200,
      ],
      [
        'heap of both, before and after four outages',
        `${heap.before.toFixed(0)} and ${heap.after.toFixed(0)} MB`,
        '20 MB more',
        heap.after <= heap.before + 20,
      ],
    ];
  }
}
