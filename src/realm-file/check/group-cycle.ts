/** A path from a name back to itself, with that name first and last; undefined if there is none. */
export function circleOf(above: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of above.keys()) {
    // With an explicit stack instead of recursion: the file determines how deep groups nest.
    const way: { readonly name: string; next: number }[] = done.has(start) ? [] : [{ name: start, next: 0 }];
    for (let last = way.at(-1); last; last = way.at(-1)) {
      const name = above.get(last.name)?.[last.next++];
      if (name === undefined) {
        done.add(last.name);
        way.pop();
        continue;
      }
      const from = way.findIndex((step) => step.name === name);
      if (from !== -1) return [...way.slice(from).map((step) => step.name), name];
      if (!done.has(name)) way.push({ name, next: 0 });
    }
  }
  return undefined;
}
