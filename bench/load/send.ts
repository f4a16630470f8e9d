/** HTTP of the load generator: kept connections of its own, as many to a server as there are requests in flight. */
import { Connection } from './connection.ts';

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Name and value of each header line. */
  headers(): [string, string][];
}

const idle = new Map<string, Connection[]>();

export async function send(
  url: string | URL,
  { method = 'GET', headers = {}, body, form }: Asking = {},
): Promise<Answer> {
  const { hostname, port, host, pathname, search } = typeof url === 'string' ? parsed(url) : url;
  const text = form ? new URLSearchParams(form).toString() : body;
  let head = `${method} ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name] ?? ''}\r\n`;
  if (text !== undefined)
    head += `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
  const connections = idleTo(host);
  const connection = usable(connections) ?? new Connection(hostname, Number(port));
  const { status, lines, text: answered } = await connection.ask(`${head}\r\n${text ?? ''}`);
  connections.push(connection);
  return { status, text: answered, headers: () => lines.map(pair) };
}

/** For `Visitor`: what it asks of fetch. */
export async function cheapFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const headers = Object.fromEntries(new Headers(init.headers));
  const { method = 'GET', body } = init;
  const sent = body instanceof URLSearchParams ? { body: body.toString() } : {};
  const answer = await send(url, { method, headers, ...sent });
  return new Response(answer.text, { status: answer.status, headers: answer.headers() });
}

/** The response if it is the expected one. @throws {Error} otherwise: refusals are faster and would falsify the measurement */
export function expected(status: number, answer: Answer): Answer {
  if (answer.status !== status) throw new Error(`${status} was expected, and ${answer.status} came: ${answer.text}`);
  return answer;
}

const urls = new Map<string, URL>();

/** Operations ask the same few addresses; those with a query are URLs already. */
function parsed(url: string): URL {
  const known = urls.get(url) ?? new URL(url);
  if (urls.size < 1000) urls.set(url, known);
  return known;
}

function idleTo(host: string): Connection[] {
  const found = idle.get(host) ?? [];
  idle.set(host, found);
  return found;
}

function usable(connections: Connection[]): Connection | undefined {
  for (let last = connections.pop(); last; last = connections.pop()) {
    if (last.isUsable) return last;
    last.close();
  }
  return undefined;
}

function pair(line: string): [string, string] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), line.slice(at + 2)];
}
