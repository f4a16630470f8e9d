/**
 * Users and their applications, which follow the standards: after a 503 they wait as long as it says, and send the same request
 * again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { application, ask, codeOf, signIn, type Tokens } from '../support/application.js';
import { Visitor } from '../support/visitor.js';
import { MACHINE_SECRET } from '../flows/flow-host.js';
import type { Findings } from './findings.js';

const app = application('public');
const LEDGER = 'https://ledger.test';
const ledgerApi = `Basic ${Buffer.from(`orders-api:${MACHINE_SECRET}`).toString('base64')}`;

export interface Load {
  readonly issuer: string;
  readonly password: string;
  readonly findings: Findings;
  isOver(): boolean;
  /** The tokens that were revoked last, the latest at the end. */
  readonly revoked: Issued[];
}

interface Issued {
  readonly token: string;
  /** The endpoint that reports whether it is valid. */
  readonly at: 'userinfo' | 'introspection';
}

/** The number of remembered revoked tokens, of concurrent checks, and the pause between them in milliseconds. */
const REMEMBERED = 60;
const AT_ONCE = 20;
const REST = 50;
/** The number of rotations before a family is revoked: small, so that some token was always revoked just now. */
const ROTATIONS = 6;

interface Answer {
  readonly status: number;
  readonly body: Partial<Tokens> & { readonly error?: string; readonly active?: boolean };
}

/** Undefined: no answer came, as while the servers are started anew. */
async function send(load: Load, path: string, init: RequestInit): Promise<(Answer & { wait: number }) | undefined> {
  const began = performance.now();
  try {
    const response = await fetch(load.issuer + path, init);
    const text = await response.text();
    load.findings.answered(path, response.status, performance.now() - began);
    const body = text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {};
    return { status: response.status, body, wait: Number(response.headers.get('retry-after') ?? 1) };
  } catch {
    return undefined;
  }
}

const form = (fields: Readonly<Record<string, string>>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams({ client_id: app.id, ...fields }),
});

/** Repeats a request until the response is not 503. Undefined if there was no response. */
async function obedient(load: Load, path: string, init: RequestInit): Promise<Answer | undefined> {
  for (let tries = 0; tries < 60; tries++) {
    const answer = await send(load, path, init);
    if (answer?.status !== 503) return answer;
    await delay(Math.min(answer.wait, 5) * 1000);
  }
  return undefined;
}

const question = ({ at, token }: Issued): readonly [path: string, init: RequestInit] =>
  at === 'userinfo'
    ? ['/me', { headers: { authorization: `Bearer ${token}` } }]
    : [
        '/token/introspection',
        { method: 'POST', headers: { authorization: ledgerApi }, body: new URLSearchParams({ token }) },
      ];

/** Undefined if the response does not say. */
function lives({ at }: Issued, { status, body }: Answer): boolean | undefined {
  if (status === 200) return at === 'userinfo' || body.active === true;
  return at === 'userinfo' && status === 401 ? false : undefined;
}

/** Checks a token that was just issued. */
async function expectAlive(load: Load, issued: Issued): Promise<void> {
  load.findings.acknowledged++;
  const answer = await obedient(load, ...question(issued));
  if (!answer || lives(issued, answer) !== false) return;
  load.findings.lost++;
  load.findings.notes.push(`a token that was just given opened nothing at ${issued.at}`);
}

/** Signs in, rotates, checks each token, and finally revokes them; repeatedly. */
export async function person(load: Load): Promise<void> {
  while (!load.isOver()) {
    try {
      await oneFamily(load);
    } catch {
      // A page of the sign-in was a 503, or missing: the user starts again.
      await delay(200);
    }
  }
}

async function oneFamily(load: Load): Promise<void> {
  const { findings } = load;
  const authRequest = ask(load, app, { scope: 'openid ledger:read', resource: LEDGER });
  const code = codeOf(await signIn(new Visitor(), authRequest, 'alice', load.password));
  const redeem = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: app.redirectUri,
    code_verifier: authRequest.verifier,
  };
  const first = await obedient(load, '/token', form(redeem));
  if (first?.status !== 200) {
    // A code whose exchange was given up halfway is redeemed twice; the person signs in again.
    if (first) findings.notes.push(`a code was answered with ${first.status} ${first.body.error ?? ''}`);
    return;
  }
  findings.families++;
  let { refresh_token: refreshToken = '', access_token: accessToken = '' } = first.body;
  let issued: Issued = { token: accessToken, at: 'userinfo' };
  const before: Issued[] = [];
  for (let i = 0; i < ROTATIONS && !load.isOver(); i++) {
    await expectAlive(load, issued);
    // Each other one is for the API.
    const at = i % 2 === 0 ? 'introspection' : 'userinfo';
    const next = await obedient(
      load,
      '/token',
      form({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        ...(at === 'introspection' && { resource: LEDGER }),
      }),
    );
    // The refresh may or may not have taken effect. This check does not cover applications that get no answer.
    if (!next) return;
    if (next.status !== 200) {
      findings.deadFamilies++;
      findings.notes.push(`a refresh was answered with ${next.status} ${next.body.error ?? ''}`);
      return;
    }
    findings.rotations++;
    before.push(issued);
    ({ refresh_token: refreshToken = '', access_token: accessToken = '' } = next.body);
    issued = { token: accessToken, at };
    await delay(20);
  }
  const ended = await obedient(load, '/token/revocation', form({ token: refreshToken }));
  if (ended?.status !== 200) return;
  findings.revocations++;
  findings.acknowledged++;
  load.revoked.push(...before.slice(-1), issued);
  load.revoked.splice(0, load.revoked.length - REMEMBERED);
}

/** Checks the most recently revoked tokens and some earlier ones in parallel, so that both servers get them in turn. */
export async function prober(load: Load): Promise<void> {
  while (!load.isOver()) {
    const latest = load.revoked.slice(-AT_ONCE / 2);
    const others = Array.from({ length: AT_ONCE - latest.length }, () => anyOf(load.revoked));
    await Promise.all([...latest, ...others].map(async (issued) => issued && probe(load, issued)));
    await delay(REST);
  }
}

async function probe(load: Load, issued: Issued): Promise<void> {
  const answer = await send(load, ...question(issued));
  const isAlive = answer && lives(issued, answer);
  if (isAlive === undefined) return;
  load.findings.probes[issued.at]++;
  if (!isAlive) return;
  load.findings.revived++;
  load.findings.notes.push(`a revoked token was alive at ${issued.at}`);
}

const anyOf = <T>(all: readonly T[]): T | undefined => all[Math.floor(Math.random() * all.length)];
