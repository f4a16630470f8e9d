/**
 * A clock that stands still until a test moves it: it replaces the global Date of the test file, constructor and now(), since
 * jose uses one and oidc-provider the other. Timers are not moved.
 */
const RealDate = Date;
let time = RealDate.now();

const now = (): number => time;
const StoppedDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
});

/** From now on, Date stands still. */
export function stopDate(): void {
  globalThis.Date = StoppedDate;
}

/** Sets it, forward or back. */
export function setDate(to: number): void {
  time = to;
}
