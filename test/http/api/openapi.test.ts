import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Koa from 'koa';
import { DECISION_OPERATIONS } from '../../../src/decisions/decisions-api.js';
import { openApi } from '../../../src/http/api/openapi/openapi.js';
import { serveOpenApi } from '../../../src/http/api/openapi/serve-openapi.js';
import { ask, type Listening, listening } from '../listening.js';
import { READ, TOYS } from './toy-api.js';

const about = { issuer: 'https://id.example.com/realm', version: '1.2.3' };
const all = [...TOYS, ...DECISION_OPERATIONS];
interface Described {
  readonly operationId: string;
  readonly description: string;
  readonly security: readonly object[];
  readonly parameters?: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}
const paths = openApi(all, about)['paths'] as Readonly<Record<string, Readonly<Record<string, Described>>>>;

let folder: string;
let at: Listening;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-openapi-'));
  const app = new Koa();
  app.use(serveOpenApi(all, about));
  const handle = app.callback();
  at = await listening((req, res) => void handle(req, res));
});
afterAll(async () => {
  await at.close();
  await rm(folder, { recursive: true });
});

/** Runs a validator for the OpenAPI specification and returns its error. The validator is an ES module, so it runs as a separate process. */
async function fault(document: unknown): Promise<string | undefined> {
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  const command = 'node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js';
  const run = promisify(execFile)(process.execPath, [command, file]);
  return run.then(
    () => undefined,
    (error: unknown) => (error as { readonly stdout?: string }).stdout,
  );
}

test('the description is OpenAPI 3.1, and a validator says so', async () => {
  const document = openApi(all, about);
  expect(await fault(document)).toBeUndefined();
  expect(await fault({ ...document, paths: { '/x': { get: { responses: 'none' } } } })).toContain('"valid": false');
});

test('it has each operation by its id, with what it needs', () => {
  const described = Object.values(paths).flatMap((methods) => Object.values(methods));
  expect(described.map(({ operationId }) => operationId).sort()).toEqual(all.map(({ id }) => id).sort());
  expect(paths['/things/{id}']?.['get']).toMatchObject({
    description: `Needs the permission \`${READ}\`.`,
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 20 } },
      { name: 'size', in: 'query', required: false },
    ],
    security: [
      { clientBasic: [] },
      { clientToken: [READ] },
      { clientToken: [READ], dpop: [] },
      { userToken: [READ] },
      { userToken: [READ], dpop: [] },
    ],
    responses: { 200: {}, default: { $ref: '#/components/responses/Problem' } },
  });
  expect(paths['/things/{id}']?.['put']?.parameters).toContainEqual(
    expect.objectContaining({ name: 'If-Match', in: 'header', required: true }),
  );
  expect(Object.keys(paths['/things/{id}']?.['delete']?.responses ?? {})).toEqual(['204', 'default']);
  expect(paths['/.well-known/things']?.['get']?.security).toEqual([]);
  expect(paths['/access/v1/evaluation']?.['post']?.security).toEqual([{ clientBasic: [] }, { clientToken: [] }]);
});

test('every reference leads to a component', () => {
  const document = openApi(all, about) as { components: { schemas: object; responses: object } };
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(10);
  const all_ = JSON.stringify(document).match(/"\$ref"/g) ?? [];
  expect(references).toHaveLength(all_.length);
  for (const [, kind, name = ''] of references) {
    expect(document.components[kind as 'schemas' | 'responses']).toHaveProperty(name);
  }
});

test('it is the same bytes for everybody, below the issuer, and anything else is passed on', async () => {
  const first = await ask(at.port, { path: '/realm/openapi.json' });
  expect(JSON.parse(first.body)).toEqual(JSON.parse(JSON.stringify(openApi(all, about))));
  expect(first.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'public, max-age=3600',
    'access-control-allow-origin': '*',
  });
  expect((await ask(at.port, { path: '/realm/openapi.json' })).body).toBe(first.body);
  expect((await ask(at.port, { path: '/openapi.json' })).status).toBe(404);
  expect((await ask(at.port, { path: '/realm/openapi.json', method: 'POST' })).status).toBe(404);
});
