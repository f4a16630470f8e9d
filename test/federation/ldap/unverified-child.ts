/** Signs in at a directory from a process of its own, and prints the outcome. */
import { PASSWORD } from '../../support/slapd.js';
import { connectorTo } from './connector.js';

const [, , url = '', ca = ''] = process.argv;
const connector = connectorTo([url], { connection: { ca } });
console.log(JSON.stringify(await connector.signIn('alice', PASSWORD)));
await connector.close();
