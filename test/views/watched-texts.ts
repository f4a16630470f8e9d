/** The same texts, and which of them nobody has read: `signIn.errors.throttled`. Parts are read for what they hold alone. */
export function watched<T extends object>(texts: T): { readonly proxy: T; readonly unread: () => string[] } {
  const unread = new Set(leavesOf(texts, ''));
  const watch = <P extends object>(part: P, path: string): P =>
    new Proxy(part, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        const here = `${path}${String(key)}`;
        if (isPart(value)) return watch(value, `${here}.`);
        unread.delete(here);
        return value;
      },
    });
  return { proxy: watch(texts, ''), unread: () => [...unread] };
}

const isPart = (value: unknown): value is object => typeof value === 'object' && value !== null;

function leavesOf(part: object, path: string): string[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    isPart(value) ? leavesOf(value, `${path}${key}.`) : [`${path}${key}`],
  );
}
