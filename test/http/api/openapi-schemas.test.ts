import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { openApiSchemas } from '../../../src/http/api/openapi/openapi-schemas.js';

test('a schema with an id is a component, wherever it stands, and has no id of its own in the document', () => {
  const schemas = openApiSchemas();
  const thing = z.strictObject({ name: z.string() }).meta({ id: 'Thing' });
  expect(schemas.of(thing, 'output', 'One')).toEqual({ $ref: '#/components/schemas/Thing' });
  expect(schemas.of(z.array(thing), 'output', 'Many')).toMatchObject({ items: { $ref: '#/components/schemas/Thing' } });
  expect(schemas.components()).toEqual({
    Thing: {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    },
  });
});

test('definitions without a name are told apart by the operation that they come from', () => {
  const schemas = openApiSchemas();
  for (const name of ['One', 'Other']) {
    const tree: z.ZodType = z.lazy(() => z.object({ children: z.array(tree) }));
    schemas.of(z.object({ tree }), 'input', name);
  }
  expect(Object.keys(schemas.components()).map((name) => name.replace(/\d+$/, ''))).toEqual(['OnePart', 'OtherPart']);
});

test('a default makes a field optional in what is sent, and certain in what is answered', () => {
  const schema = z.object({ limit: z.int().default(100) });
  const required = (io: 'input' | 'output') => openApiSchemas().of(schema, io, 'X')['required'];
  expect([required('input'), required('output')]).toEqual([undefined, ['limit']]);
});
