/** The bare provider in a process that answers the benchmark's orders. BARE_STORE is `memory`, or the URL of a MongoDB database. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { memoryAdapters } from './bare/memory-adapter.ts';
import { mongodbAdapters } from './bare/mongodb-adapter.ts';
import { bareProvider, MODELS } from './bare/provider.ts';
import { takeOrders } from './orders.ts';

const setting = (name: string): string => process.env[name] ?? '';

takeOrders({
  async serve() {
    const store = setting('BARE_STORE');
    const issuer = new URL(setting('BARE_ISSUER'));
    const adapters = store === 'memory' ? memoryAdapters() : await mongodbAdapters(store, MODELS);
    const provider = await bareProvider(issuer.origin, adapters, {
      machineSecret: setting('MACHINE_SECRET'),
      password: setting('BARE_PASSWORD'),
      idTokenAlgorithm: setting('BARE_ALGORITHM'),
      cost: Number(setting('BENCH_COST')),
    });
    const answer = provider.callback();
    const server = createServer({ keepAliveTimeout: 65_000 }, (req, res) => void answer(req, res));
    server.listen(Number(issuer.port), issuer.hostname);
    await once(server, 'listening');
    return {};
  },
});
