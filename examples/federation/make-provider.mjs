/** Writes what the other company's identity provider has to know: its client, which is Gatehouse, and its people. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The people with new passwords. The first one buys. */
export const makePartnerPeople = () =>
  ['Bea Brook', 'Ned North'].map((name, at) => {
    const login = name.split(' ')[0].toLowerCase();
    const groups = at === 0 ? ['buyers'] : [];
    const password = randomBytes(9).toString('base64url');
    const claims = { name, preferred_username: login, email: `${login}@partner.example`, email_verified: true, groups };
    return { sub: `partner-${at + 1}`, login, password, groups, claims };
  });

/** @param connection issuer, port, the client's secret and its redirect URI */
export function makeProvider(folder, people, { issuer, port, secret, redirectUri }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const client = { client_id: 'gatehouse', client_secret: secret, redirect_uris: [redirectUri] };
  writeFileSync(join(folder, 'provider.json'), JSON.stringify({ issuer, port, client, people }), { mode: 0o600 });
}
