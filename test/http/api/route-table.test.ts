import { describe, expect, test } from '@jest/globals';
import { routeTable } from '../../../src/http/api/route-table.js';

const route = (method: string, path: string) => ({ method, path });
const found = (base: string, routes: readonly { method: string; path: string }[], path: string) => {
  const match = routeTable(base, routes)(path);
  return match && { routes: [...match.byMethod.values()].map((one) => `${one.method} ${one.path}`), ...match.params };
};

const ROUTES = [
  route('GET', '/users'),
  route('POST', '/users'),
  route('GET', '/users/{id}'),
  route('GET', '/users/me'),
  route('GET', '/users/{id}/roles/{role}'),
  route('GET', '/.well-known/things'),
];

describe('a path', () => {
  test.each<[string, object | undefined]>([
    ['/users', { routes: ['GET /users', 'POST /users'] }],
    ['/users/ada', { routes: ['GET /users/{id}'], id: 'ada' }],
    ['/users/a%20b%2Fc', { routes: ['GET /users/{id}'], id: 'a b/c' }],
    ['/users/me', { routes: ['GET /users/me'] }],
    ['/users/ada/roles/admin', { routes: ['GET /users/{id}/roles/{role}'], id: 'ada', role: 'admin' }],
    ['/users/', undefined],
    ['/Users', undefined],
    ['/users/ada/', undefined],
    ['/users/%zz', undefined],
    ['/users//roles/admin', undefined],
    ['/nothing', undefined],
    ['', undefined],
  ])('%s leads to its operations alone', (path, routes) => {
    expect(found('', ROUTES, path)).toEqual(routes);
    expect(found('/realms/one', ROUTES, `/realms/one${path}`)).toEqual(routes);
    expect(found('/realms/one', ROUTES, `/realms/two${path}`)).toBeUndefined();
  });

  test('that is well known also stands before that of the issuer', () => {
    for (const path of ['/realms/one/.well-known/things', '/.well-known/things/realms/one']) {
      expect(found('/realms/one', ROUTES, path)).toEqual({ routes: ['GET /.well-known/things'] });
    }
    expect(found('/realms/one', ROUTES, '/.well-known/things')).toBeUndefined();
  });
});

test('the names of parameters do not distinguish paths, and two operations at one place are refused', () => {
  const [one, other] = [route('GET', '/users/{id}'), route('DELETE', '/users/{user}')];
  expect(found('', [one, other], '/users/ada')?.routes).toEqual(['GET /users/{id}', 'DELETE /users/{user}']);
  for (const twice of [
    [one, { ...other, method: 'GET' }],
    [route('GET', '/users'), route('GET', '/users')],
  ])
    expect(() => routeTable('', twice)).toThrow(/Two operations are GET/);
});
