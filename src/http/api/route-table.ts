/** Something that is answered at a path with one method. */
interface Routed {
  readonly method: string;
  /** Below the issuer; a segment in braces stands for any: `/users/{id}`. */
  readonly path: string;
}

/** The routes at a path, by method, and the values of its segments in braces. */
interface RouteMatch<R extends Routed> {
  readonly byMethod: ReadonlyMap<string, R>;
  readonly params: Readonly<Record<string, string>>;
}

interface RouteTemplate<R extends Routed> {
  readonly segments: readonly string[];
  readonly byMethod: Map<string, R>;
}

const WELL_KNOWN = '/.well-known/';
const isParameter = (segment: string): boolean => segment.startsWith('{');

/**
 * Finds routes by path: one look-up for a fixed path, and a comparison of segments for others. A fixed path wins.
 *
 * @param base the issuer's path. A well-known path also stands before it (RFC 8615, RFC 8414 3.1).
 * @throws Error for two routes with the same method and path
 */
export function routeTable<R extends Routed>(base: string, routes: readonly R[]) {
  const fixed = new Map<string, Map<string, R>>();
  const templates = new Map<string, RouteTemplate<R>>();
  for (const route of routes) {
    const segments = route.path.split('/');
    const isFixed = !segments.some(isParameter);
    const shape = segments.map((segment) => (isParameter(segment) ? '{}' : segment)).join('/');
    const byMethod =
      (isFixed ? fixed.get(`${base}${route.path}`) : templates.get(shape)?.byMethod) ?? new Map<string, R>();
    if (byMethod.has(route.method)) throw new Error(`Two operations are ${route.method} ${route.path}.`);
    byMethod.set(route.method, route);
    if (!isFixed) templates.set(shape, { segments, byMethod });
    else fixed.set(`${base}${route.path}`, byMethod);
    if (isFixed && route.path.startsWith(WELL_KNOWN)) fixed.set(`${route.path}${base}`, byMethod);
  }

  return (path: string): RouteMatch<R> | undefined => {
    const byMethod = fixed.get(path);
    if (byMethod) return { byMethod, params: {} };
    if (templates.size === 0 || !path.startsWith(`${base}/`)) return undefined;
    const segments = path.slice(base.length).split('/');
    for (const template of templates.values()) {
      const params = paramsIn(segments, template.segments);
      if (params) return { byMethod: template.byMethod, params };
    }
    return undefined;
  };
}

function paramsIn(segments: readonly string[], template: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== template.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, wanted] of template.entries()) {
    const segment = segments[at] ?? '';
    if (!isParameter(wanted)) {
      if (segment !== wanted) return undefined;
      continue;
    }
    const value = decoded(segment);
    if (value === undefined || value === '') return undefined;
    params[wanted.slice(1, -1)] = value;
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
