/** People and their applications, who do as the standards say: after a 503 they wait for as long as it says, and send the same again. */
import { setTimeout as delay } from 'node:timers/promises';
import { application, ask, codeOf, signIn, type Tokens } from '../support/application.js';
import { Visitor } from '../support/visitor.js';
import type { Findings } from './findings.js';

const app = application('public');

export interface Load {
  readonly issuer: string;
  readonly password: string;
  readonly findings: Findings;
  isOver(): boolean;
  /** Access tokens that were revoked, the last ones of them. */
  readonly revoked: string[];
}

interface Answer {
  readonly status: number;
  readonly body: Partial<Tokens> & { readonly error?: string };
}

/** Undefined: no answer came, as while the servers are started anew. */
async function send(load: Load, path: string, init: RequestInit): Promise<(Answer & { wait: number }) | undefined> {
  const began = performance.now();
  try {
    const response = await fetch(load.issuer + path, init);
    const text = await response.text();
    load.findings.answered(response.status, performance.now() - began);
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

/** Sends the same until it is answered otherwise than by 503. Undefined: no answer came. */
async function obedient(load: Load, path: string, init: RequestInit): Promise<Answer | undefined> {
  for (let tries = 0; tries < 60; tries++) {
    const answer = await send(load, path, init);
    if (answer?.status !== 503) return answer;
    await delay(Math.min(answer.wait, 5) * 1000);
  }
  return undefined;
}

const userinfo = (load: Load, token: string) =>
  obedient(load, '/me', { headers: { authorization: `Bearer ${token}` } });

/** Signs in, rotates, asks with each token that it gets, and revokes in the end; over and over. */
export async function person(load: Load): Promise<void> {
  while (!load.isOver()) {
    try {
      await oneFamily(load);
    } catch {
      // A page of the sign-in was a 503, or none came: whoever sees that begins anew.
      await delay(200);
    }
  }
}

async function oneFamily(load: Load): Promise<void> {
  const { findings } = load;
  const asked = ask(load, app);
  const code = codeOf(await signIn(new Visitor(), asked, 'alice', load.password));
  const redeem = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: app.redirectUri,
    code_verifier: asked.verifier,
  };
  const first = await obedient(load, '/token', form(redeem));
  if (first?.status !== 200) {
    // A code whose exchange was given up halfway is redeemed twice; the person signs in again.
    if (first) findings.notes.push(`a code was answered with ${first.status} ${first.body.error ?? ''}`);
    return;
  }
  findings.families++;
  let { refresh_token: refreshToken = '', access_token: accessToken = '' } = first.body;
  for (let i = 0; i < 12 && !load.isOver(); i++) {
    findings.acknowledged++;
    const known = await userinfo(load, accessToken);
    if (known?.status === 401) {
      findings.lost++;
      findings.notes.push(`an access token that was just given opened nothing (rotation ${i})`);
    }
    const next = await obedient(load, '/token', form({ grant_type: 'refresh_token', refresh_token: refreshToken }));
    // Whether it was done nobody knows; an application that gets no answer is not what is looked at here.
    if (!next) return;
    if (next.status !== 200) {
      findings.deadFamilies++;
      findings.notes.push(`a refresh was answered with ${next.status} ${next.body.error ?? ''}`);
      return;
    }
    findings.rotations++;
    ({ refresh_token: refreshToken = '', access_token: accessToken = '' } = next.body);
    await delay(20);
  }
  const ended = await obedient(load, '/token/revocation', form({ token: refreshToken }));
  if (ended?.status !== 200) return;
  findings.revocations++;
  findings.acknowledged++;
  load.revoked.push(accessToken);
  if (load.revoked.length > 50) load.revoked.shift();
}

/** Asks without pause with tokens that were revoked. */
export async function prober(load: Load): Promise<void> {
  while (!load.isOver()) {
    const token = load.revoked[Math.floor(Math.random() * load.revoked.length)];
    const answer = token && (await send(load, '/me', { headers: { authorization: `Bearer ${token}` } }));
    if (answer && answer.status !== 503) load.findings.probes++;
    if (answer && answer.status === 200) {
      load.findings.revived++;
      load.findings.notes.push('a revoked token was alive');
    }
    await delay(answer ? 2 : 100);
  }
}
