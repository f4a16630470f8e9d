/** What a run has counted, and what it must not have. */
export class Findings {
  faults = { kill: 0, 'step down': 0, stop: 0 };
  rotations = 0;
  families = 0;
  deadFamilies = 0;
  revocations = 0;
  probes = 0;
  revived = 0;
  acknowledged = 0;
  lost = 0;
  unavailable = 0;
  errors500 = 0;
  longest503 = 0;
  fastest503 = Infinity;
  /** Of each stop of the servers, in milliseconds. */
  readonly stops: number[] = [];
  /** Of the larger server at the end, in megabytes. */
  memory = 0;
  readonly notes: string[] = [];

  /** Of each answer, with how long it took. */
  answered(status: number, ms: number): void {
    if (status === 500) this.errors500++;
    if (status !== 503) return;
    this.unavailable++;
    this.longest503 = Math.max(this.longest503, ms);
    this.fastest503 = Math.min(this.fastest503, ms);
  }

  /** What was measured, its goal, and whether that was met. */
  rows(): readonly (readonly [what: string, measured: string, goal: string, isMet: boolean])[] {
    const { kill, stop, 'step down': stepDown } = this.faults;
    const slowestStop = Math.max(0, ...this.stops);
    const shown = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    return [
      ['faults', `${kill} kills, ${stepDown} step-downs, ${stop} stops of the primary`, '', true],
      ['acknowledged writes lost', `${this.lost} of ${this.acknowledged}`, '0', this.lost === 0],
      ['families dead though obedient', `${this.deadFamilies} of ${this.families}`, '0', this.deadFamilies === 0],
      ['revoked tokens alive again', `${this.revived} of ${this.probes} probes`, '0', this.revived === 0],
      ['answers 500', String(this.errors500), '0', this.errors500 === 0],
      ['longest 503', `${shown(this.longest503)} (of ${this.unavailable})`, '6.5 s', this.longest503 <= 6500],
      ['slowest stop', `${shown(slowestStop)} (of ${this.stops.length})`, '10 s', slowestStop <= 10_000],
      ['memory after it', `${this.memory.toFixed(0)} MB`, '200 MB', this.memory <= 200],
    ];
  }
}
