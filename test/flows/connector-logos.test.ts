/** The link to another identity provider shows the logo of its connector, from our own address. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { application, ask } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { changeConnector } from './ldap-realm.js';
import { addRedirect, redirectRealm, Upstream } from './redirect-realm.js';

const svg = (colour: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="${colour}"/></svg>`;
const logo = (text: string): string => `data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}`;
const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('the logo of a connector, on %s', (store) => {
  const host = useInProcessHost(redirectRealm(store, new Upstream()));
  beforeAll(async () => {
    await addRedirect(host, { id: 'corp', displayName: 'Example Corp', logo: logo(svg('red')) });
    await addRedirect(host, { id: 'plain', displayName: 'Plain' });
  });

  const pictures = async (): Promise<readonly string[]> => {
    const { text, url } = await new Visitor().visit(ask(host, app).url);
    return [...text.matchAll(/<a class="button"[^>]*><img src="([^"]*)"/g)].map(([, at = '']) => new URL(at, url).href);
  };

  test('is on its link, may be kept by browsers for ever, and has another address when it changes', async () => {
    const [first = '', ...others] = await pictures();
    expect(others).toEqual([]);
    const answer = await fetch(first);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      ...[200, 'image/svg+xml', svg('red')],
    ]);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    await changeConnector(host, { logo: logo(svg('blue')) });
    const [second = ''] = await pictures();
    expect(second).not.toBe(first);
    expect(await (await fetch(second)).text()).toBe(svg('blue'));
    // A page that was loaded before the change still gets a picture, and keeps it for no time.
    const late = await fetch(first);
    expect([await late.text(), late.headers.get('cache-control')]).toEqual([svg('blue'), 'no-store']);
  });

  test('is nowhere once the connector is disabled, and another connector has none', async () => {
    const [at = ''] = await pictures();
    await changeConnector(host, { enabled: false });
    expect([await pictures(), (await fetch(at)).status]).toEqual([[], 404]);
    await changeConnector(host, { enabled: true });
    expect((await fetch(at.replace('connector-corp', 'connector-plain'))).status).toBe(404);
  });

  test.each([
    ['a script in it', logo('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['another type than it says', logo(svg('red')).replace('svg+xml', 'png')],
    ['an address elsewhere', 'https://cdn.example/logo.svg'],
  ])('is refused with %s', (_what, picture) => {
    const input = { id: 'other', displayName: 'Other', kind: 'elsewhere', logo: picture };
    expect(connectorInput.safeParse(input).success).toBe(false);
  });
});
