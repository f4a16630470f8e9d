/**
 * HTTP as the load generator speaks it: Node's own client, with connections that stay open. `fetch` costs several times as much, and the load
 * shares its machine with what it measures.
 */
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

export interface Asking {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export function send(url: string | URL, { method = 'GET', headers = {}, form }: Asking = {}): Promise<Answer> {
  const body = form && new URLSearchParams(form).toString();
  const about = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method, headers: { ...about, ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** The response if it is the expected one. @throws {Error} otherwise: refusals are faster and would falsify the measurement */
export function expected(status: number, answer: Answer): Answer {
  if (answer.status !== status) throw new Error(`${status} was expected, and ${answer.status} came: ${answer.text}`);
  return answer;
}
