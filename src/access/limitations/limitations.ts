import type { LimitationKind } from './limitation.js';
import { action } from './action.js';
import { attribute } from './attribute.js';
import { client } from './client.js';
import { connector } from './connector.js';
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
  connector,
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
 * Every kind of limitation, by name. A custom kind is a file in this folder and a line here. An unknown kind holds for nobody.
 */
export const LIMITATIONS: ReadonlyMap<string, LimitationKind> = new Map(KINDS.map((kind) => [kind.kind, kind]));
