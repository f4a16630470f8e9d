/**
 * Providers that speak OAuth 2, on 127.0.0.1: a test says what each address answers, in the shape that the provider documents. An address
 * such as `https://api.github.com/user` is asked as `/api.github.com/user`, so that presets are tested as they are.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { freePort } from '../../support/host/free-port.js';
import { type Reply, send } from '../oidc/lying-provider.js';

/** A request as the provider sees it. */
export interface Asked {
  readonly method: string;
  /** Host and path, as in `api.github.com/user`. */
  readonly at: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly form: URLSearchParams;
}

export type Answers = Readonly<Record<string, Reply | ((asked: Asked) => Reply)>>;

export interface StandIn {
  readonly url: string;
  /** By host and path; another address is 404. */
  answers: Answers;
  readonly asked: Asked[];
  /** The last request to an address. */
  last(at: string): Asked;
  stop(): Promise<void>;
}

export async function startStandIn(): Promise<StandIn> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const standIn: StandIn = {
    ...{ url, answers: {}, asked: [] },
    last(at) {
      const found = standIn.asked.findLast((each) => each.at === at);
      if (!found) throw new Error(`Nobody asked ${at}: ${standIn.asked.map((each) => each.at).join(', ')}`);
      return found;
    },
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const asked: Asked = {
      ...{ method: request.method ?? '', at: pathname.slice(1), query: searchParams },
      headers: new Headers(
        Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
      ),
      form: new URLSearchParams(await text(request)),
    };
    standIn.asked.push(asked);
    const found = standIn.answers[asked.at] ?? { status: 404, body: { message: 'Not Found' } };
    send(response, typeof found === 'function' ? found(asked) : found);
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return standIn;
}
