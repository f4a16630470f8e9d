/**
 * A web application whose users sign in at Gatehouse. The tokens stay in this process; the browser holds one cookie that is
 * meaningless elsewhere.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as openid from 'openid-client';
import { cookies, readForm, redirect, securityHeaders, sendPage, setCookie } from './http.ts';
import { type Notice, signedInPage, signedOutPage } from './page.ts';
import { provider } from './provider.ts';
import { type Pending, randomName, same, type Session, shortLived } from './sessions.ts';
import type { Settings } from './settings.ts';

const SESSION = 'demo_session';
const BROWSER = 'demo_browser';
const styles = readFileSync(join(import.meta.dirname, 'styles.css'));

const minutes = (n: number): number => n * 60_000;

/**
 * @param origin where browsers reach it; its /callback is registered as redirect URI, its / as post-logout redirect URI
 * @param api where it reaches the API
 */
export function relyingParty(settings: Settings, origin: string, api: string): RequestListener {
  const gatehouse = provider(settings, origin);
  const sessions = shortLived<Session>(minutes(8 * 60), 1000);
  const pending = shortLived<Pending>(minutes(10), 1000);
  const headers = securityHeaders(settings.issuer);

  const routes: Readonly<
    Record<string, (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void> | void>
  > = {
    'GET /': (req, res) => {
      const session = sessions.get(cookies(req)[SESSION]);
      sendPage(res, 200, session ? signedInPage(session) : signedOutPage());
    },
    'GET /styles.css': (_req, res) => {
      res.setHeader('Content-Type', 'text/css');
      res.end(styles);
    },
    'GET /sign-in': async (req, res) => {
      const browser = cookies(req)[BROWSER] ?? randomName();
      // A level that the API has just required: a signed-in user only gives the missing proof.
      const begun = await gatehouse.begin(browser, sessions.get(cookies(req)[SESSION])?.apiAnswer?.stepUp);
      pending.set(begun.state, begun.pending);
      setCookie(res, BROWSER, browser);
      redirect(res, begun.url.href);
    },
    'GET /callback': async (req, res, url) => {
      const state = url.searchParams.get('state') ?? '';
      const begun = pending.get(state);
      pending.delete(state);
      if (!begun || !same(begun.browser, cookies(req)[BROWSER] ?? '')) {
        return tell(
          res,
          400,
          'That sign-in was not begun here',
          'It is too long ago, or another browser began it. Try again.',
        );
      }
      const session = await gatehouse.complete(url, state, begun);
      await gatehouse.refresh(session);
      await ask(session, req, 'GET', '/orders');
      // A new name for a new session: nobody can have planted it (session fixation).
      const name = randomName();
      sessions.delete(cookies(req)[SESSION] ?? '');
      sessions.set(name, session);
      setCookie(res, SESSION, name);
      redirect(res, '/');
    },
    'POST /orders/list': signedIn((session, _name, req) => ask(session, req, 'GET', '/orders').then(home)),
    'POST /orders/place': signedIn((session, _name, req) => ask(session, req, 'POST', '/orders').then(home)),
    ...Object.fromEntries(
      ['change', 'approve', 'refund', 'export'].flatMap((what) =>
        ['first', 'last'].map((which) => [
          `POST /orders/${which}/${what}`,
          signedIn(async (session, _name, req) => {
            await ask(session, req, 'POST', `/orders/${which === 'first' ? 1 : (session.lastOrder ?? 2)}/${what}`);
            return '/';
          }),
        ]),
      ),
    ),
    'POST /refresh': signedIn((session) => gatehouse.refresh(session).then(home)),
    'POST /sign-out': signedIn(async (session, name) => {
      sessions.delete(name);
      return (await gatehouse.logoutUrl(session)).href;
    }),
  };

  /** Handles a form of a signed-in user from our own page, one at a time, and then redirects to the result. */
  function signedIn(work: (session: Session, name: string, req: IncomingMessage) => Promise<string>) {
    return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
      const name = cookies(req)[SESSION] ?? '';
      const session = sessions.get(name);
      if (!session) {
        redirect(res, '/');
        return;
      }
      const form = await readForm(req);
      if (!form || !same(form.get('csrf') ?? '', session.csrf)) {
        tell(res, 403, 'That was not sent from this page', 'Go back, load the page anew, and try again.');
        return;
      }
      const done = session.busy.then(() => work(session, name, req));
      session.busy = done.then(ignored, ignored);
      try {
        redirect(res, await done);
      } catch (error) {
        // The user signed out at the provider, or it refuses the refresh token: the local session ends too.
        if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') {
          sessions.delete(name);
          tell(res, 401, 'You have been signed out', 'Your session at Gatehouse has ended. Sign in again.');
        } else {
          throw error;
        }
      }
    };
  }

  async function ask(session: Session, req: IncomingMessage, method: string, path: string): Promise<void> {
    if (session.apiToken === undefined) return;
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${session.apiToken}`,
        // Where the person is: the API sees nobody but this application.
        Forwarded: forwardedFor(req.socket.remoteAddress ?? ''),
      },
      redirect: 'error', // a token goes to the API and nowhere else
      signal: AbortSignal.timeout(5000),
    });
    const said = (await response.json()) as { readonly reasons?: readonly string[]; readonly order?: { id: number } };
    const [, stepUp] = /acr_values="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '') ?? [];
    if (said.order) session.lastOrder = said.order.id;
    session.apiAnswer = {
      request: `${method} ${path}`,
      status: response.status,
      body: JSON.stringify(said, undefined, 2).slice(0, 10_000),
      reasons: said.reasons ?? [],
      ...(stepUp !== undefined && { stepUp }),
    };
  }

  return (req, res) => {
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    // Another name for this machine is another site's (DNS rebinding).
    if (req.headers.host !== new URL(origin).host)
      return tell(res, 421, 'Not here', `This application is at ${origin}.`);
    const url = URL.parse(req.url ?? '/', origin);
    const route = url && routes[`${req.method ?? ''} ${url.pathname}`];
    if (!route) return tell(res, 404, 'There is nothing here', 'Check the address.');
    Promise.resolve(route(req, res, url)).catch((error: unknown) => explain(res, error));
  };
}

/** RFC 7239 6: an IPv6 address stands in brackets and quotes. */
const forwardedFor = (address: string): string => (address.includes(':') ? `for="[${address}]"` : `for=${address}`);

/** Shows the provider's own error; other errors only go to the log. */
function explain(res: ServerResponse, error: unknown): void {
  if (error instanceof openid.AuthorizationResponseError || error instanceof openid.ResponseBodyError) {
    return error.error === 'access_denied'
      ? tell(res, 403, 'You did not sign in', 'Access was denied at Gatehouse.')
      : tell(res, 400, 'Gatehouse said no', `${error.error}: ${error.error_description ?? 'no description'}`);
  }
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error');
  tell(res, 502, 'This did not work', 'Gatehouse or the API does not answer. Wait a moment and try again.');
}

function tell(res: ServerResponse, status: number, title: string, text: string): void {
  const notice: Notice = { title, text };
  sendPage(res, status, signedOutPage(notice));
}

const ignored = (): void => undefined;
const home = (): string => '/';
