import type { Parts } from '../../app/parts.js';
import { seconds } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { Actor } from '../../changes/actor.js';
import type { Config } from '../../config/config.js';
import { readAuditSecrets } from '../../config/audit-keys.js';
import { readSealingKeys } from '../../config/sealing-keys.js';
import { JWKS_MAX_AGE_SECONDS } from '../../realm/keys/key-lifecycle.js';
import { KEY_USES, type KeyUse, USES } from '../../realm/keys/key-ring.js';
import { PROCESSES_KNOW, retireKey, rotateKeys } from '../../realm/keys/key-rotation.js';
import { findKey, showKeys, type ShownKey } from '../../realm/keys/key-summary.js';
import { moment } from '../../base/text/moment.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { reseal, type ResealCommand } from './reseal.js';
import { columns } from '../output/table.js';
import { withParts } from '../with-parts.js';

export type KeysCommand =
  | { readonly kind: 'list' }
  | { readonly kind: 'rotate'; readonly use: KeyUse; readonly atOnce: boolean }
  | { readonly kind: 'retire'; readonly kid: string; readonly confirmed: boolean }
  | ResealCommand;

/** @throws NotUnderstood */
export function readKeysCommand(args: readonly string[]): KeysCommand {
  const [action, ...rest] = args;
  if (action === 'list' && rest.length === 0) return { kind: 'list' };
  if (action === 'rotate') {
    const { given = 'signing', flag: atOnce } = oneAnd('--now', rest);
    const use = ROTATING.find((each) => each === given);
    if (use) return { kind: 'rotate', use, atOnce };
  }
  if (action === 'retire') {
    const { given: kid, flag: confirmed } = oneAnd('--yes', rest);
    if (kid !== undefined) return { kind: 'retire', kid, confirmed };
    throw new NotUnderstood('Name the key, as `gatehouse keys list` shows it: gatehouse keys retire KEY --yes');
  }
  if (action === 'reseal') {
    const { given: key, flag: again } = oneAnd('--again', rest);
    if (!(again && key !== undefined)) return { kind: 'reseal', again, ...(key !== undefined && { key }) };
  }
  throw new NotUnderstood();
}

const ROTATING = KEY_USES.filter((use) => !USES[use].fixed);
/** Parsed manually, since a key's name may begin with a dash. */
function oneAnd(flag: string, args: readonly string[]): { readonly given?: string; readonly flag: boolean } {
  const [given, ...more] = args.filter((arg) => arg !== flag);
  if (more.length > 0) throw new NotUnderstood();
  return { ...(given !== undefined && { given }), flag: args.includes(flag) };
}

/**
 * Shows and changes the realm's keys; prints nothing of a key but its name. @throws GatehouseError `bad-configuration`,
 * StoreUnavailable
 */
export async function keysCommand(by: Actor, command: KeysCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    switch (command.kind) {
      case 'list':
        await list(parts, out);
        break;
      case 'rotate':
        await rotate(by, parts, command, out);
        break;
      case 'retire':
        await retire(by, parts, command, out);
        break;
      case 'reseal':
        await reseal(parts, command, out);
        break;
    }
  });
}

async function list(parts: Parts, out: Output): Promise<void> {
  const rows = (await showKeys(parts)).map((key) => [
    key.use,
    key.algorithm,
    key.kid,
    said(key),
    moment(key.since),
    key.until === undefined ? '' : moment(key.until),
  ]);
  const sealing = (await readSealingKeys(parts.config.keysFolder)).map(({ id }) => {
    const seals = id === parts.box.currentKeyId;
    return ['sealing', 'AES', id, seals ? 'seals' : 'opens', '', ''];
  });
  const audit = (await readAuditSecrets(parts.config.keysFolder)).map(({ id }) => {
    const signs = id === parts.auditKeys.currentId;
    return ['audit', 'Ed25519', id, signs ? 'signs' : 'verifies', '', ''];
  });
  const header = ['USE', 'ALGORITHM', 'KEY', 'STATE', 'SINCE', 'UNTIL'];
  for (const line of columns([header, ...rows, ...audit, ...sealing])) out.line(line);
}

function said({ state, use }: ShownKey): string {
  if (state === 'signs' && USES[use].fixed) return 'for good';
  return { next: 'published', signs: 'signs', verifies: 'verifies' }[state];
}

async function rotate(
  by: Actor,
  parts: Parts,
  { use, atOnce }: { readonly use: KeyUse; readonly atOnce: boolean },
  out: Output,
): Promise<void> {
  const { published, made } = await rotateKeys(parts, by, use, { atOnce });
  for (const { kid, algorithm, signsFrom } of published) {
    const what = made ? 'is published now' : 'was published already';
    out.line(`${use} ${algorithm} ${kid} ${what}, and signs from ${moment(signsFrom)}.`);
  }
  out.line('The keys before go on verifying until what they signed has ended: see `gatehouse keys list`.');
  if (!atOnce) return;
  out.line(`At once is in ${PROCESSES_KNOW / 1000} seconds, when every Gatehouse on this store knows the new keys.`);
  if (use !== 'signing') return;
  out.line(NOT_YET_KNOWN);
}

const NOT_YET_KNOWN =
  `What it costs: an application or API that fetched the keys may keep them for ${JWKS_MAX_AGE_SECONDS / 60} minutes, and some ` +
  'for longer. Until it fetches them again, which most do when they meet a key they do not know, it refuses new tokens.';

/** The consequence of losing a key of each use; for a permanent key, why it is permanent. */
const LOST = {
  signing:
    `Every token that it signed stops verifying: access tokens (JWT) at APIs, ID tokens, also as id_token_hint. ` +
    'Applications that hold a refresh token get new ones by it; nobody is signed out. An API that fetched the keys before may ' +
    `believe its tokens for ${JWKS_MAX_AGE_SECONDS / 60} minutes more, or for as long as it keeps what it fetched.`,
  cookies: 'Every browser whose cookies it signed is signed out, and must begin again where it was about to sign in.',
  csrf: 'Every form that is open in a browser must be opened again.',
  proofNonces:
    'Applications that prove possession of a key (DPoP) are told a new nonce at their next request, and go on.',
  successors:
    'A refresh token whose answer got lost within the last half minute is not answered a second time: its grant ends.',
  pepper: 'every password was hashed with it, and none could be checked without it.',
  subjects: 'applications with pairwise subjects know people by names made with it, and would know nobody without it.',
} as const satisfies Record<KeyUse, string>;

async function retire(
  by: Actor,
  parts: Parts,
  { kid, confirmed }: { readonly kid: string; readonly confirmed: boolean },
  out: Output,
): Promise<void> {
  const found = await findKey(parts.keys, kid);
  if (!found) throw refused(`There is no key ${kid}: \`gatehouse keys list\` shows those that there are.`);
  const { use, key } = found;
  if (USES[use].fixed) {
    throw refused(`The ${use} key is for good: ${LOST[use]}`);
  }
  out.line(`${use} ${key.algorithm} ${kid}: ${LOST[use]}`);
  if (!confirmed) {
    throw refused(`Nothing was changed. To end this key: gatehouse keys retire ${kid} --yes`);
  }
  const successor = await retireKey(parts, by, found);
  out.line(`It is ended; every Gatehouse on this store knows that within ${seconds(5) / 1000} seconds.`);
  if (!successor) return;
  out.line(`${use} ${key.algorithm} ${successor.kid} signs from now on.`);
  if (use === 'signing' && successor.publishedAt === successor.signsFrom) out.line(NOT_YET_KNOWN);
}

const refused = (message: string): GatehouseError => new GatehouseError('bad-configuration', message);
