import { z } from 'zod';

/** A JSON Schema, as OpenAPI 3.1 embeds it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Turns schemas into JSON Schema (2020-12, the dialect of OpenAPI 3.1), and gathers the definitions that they share under
 * `#/components/schemas`. A schema with an id (`.meta({ id })`) becomes one by that name.
 */
export function openApiSchemas() {
  const components = new Map<string, JsonSchema>();
  return {
    components: (): JsonSchema => Object.fromEntries(components),
    /** @param name the prefix of definitions that have no name of their own */
    of(schema: z.ZodType, io: 'input' | 'output', name: string): JsonSchema {
      const {
        $schema: _dialect,
        $defs = {},
        ...root
      } = z.toJSONSchema(schema, { io }) as JsonSchema & {
        readonly $defs?: Readonly<Record<string, JsonSchema>>;
      };
      const nameOf = (key: string): string => key.replace(/^__schema(\d+)$/, `${name}Part$1`);
      for (const [key, definition] of Object.entries($defs)) {
        const { id: _id, ...rest } = definition;
        components.set(nameOf(key), withReferences(rest, nameOf) as JsonSchema);
      }
      const { id, ...body } = withReferences(root, nameOf) as JsonSchema;
      if (typeof id !== 'string') return body;
      components.set(id, body);
      return { $ref: `#/components/schemas/${id}` };
    },
  };
}

/** The same value, whose references lead to the components. */
function withReferences(value: unknown, nameOf: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => withReferences(one, nameOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const definition = key === '$ref' && typeof inner === 'string' ? /^#\/\$defs\/(.+)$/.exec(inner)?.[1] : undefined;
      return [
        key,
        definition === undefined ? withReferences(inner, nameOf) : `#/components/schemas/${nameOf(definition)}`,
      ];
    }),
  );
}
