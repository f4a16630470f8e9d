import { address } from './address.js';
import { authentication } from './authentication.js';
import { client } from './client.js';
import { connector } from './connector.js';
import { country } from './country.js';
import type { AnyFact, StatedKinds } from './fact.js';
import { sessions } from './sessions.js';

/**
 * Every fact of a question, in the order of their variables and options. A new one is a file in this folder and a line here. A
 * fact that is derived from another is listed after it.
 */
const FACTS = [client, authentication, connector, address, country, sessions] as const;

/** The list, for code that treats all facts alike. */
export const ALL_FACTS: readonly AnyFact[] = FACTS;

export type ListedFact = (typeof FACTS)[number];

/** The fields in which a resource server states facts, with the kinds of their content. */
export type StatedFields = StatedKinds<ListedFact>;
