import type { LimitationKind } from './limitation.js';
import { action } from './action.js';
import { attribute } from './attribute.js';
import { client } from './client.js';
import { country } from './country.js';
import { expression } from './expression.js';
import { group } from './group.js';
import { level } from './level.js';
import { network } from './network.js';
import { owner } from './owner.js';
import { resource } from './resource.js';
import { sessions } from './sessions.js';
import { time } from './time.js';
import { userstore } from './userstore.js';
import { within } from './within.js';

const KINDS = [
  action,
  attribute,
  client,
  country,
  expression,
  group,
  level,
  network,
  owner,
  resource,
  sessions,
  time,
  userstore,
  within,
];

/**
 * Every kind of limitation there is, by its name. A kind of your own is a file beside these and a line here; one that is not here
 * holds for nobody.
 */
export const LIMITATIONS: ReadonlyMap<string, LimitationKind> = new Map(KINDS.map((kind) => [kind.kind, kind]));
