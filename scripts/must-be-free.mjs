import { createServer } from 'node:net';

/** Tries to listen where a program is about to. @throws {Error} a sentence with the port and `cure` when another program does already */
export async function mustBeFree(port, hosts, cure) {
  for (const host of hosts) {
    const probe = createServer();
    const refusal = await new Promise((resolve) => {
      probe.once('error', resolve);
      probe.listen({ port, host, exclusive: true }, () => resolve(undefined));
    });
    await new Promise((resolve) => probe.close(resolve));
    // An address that this machine lacks (::1) is no obstacle.
    if (refusal?.code === 'EADDRINUSE') throw new Error(`Port ${port} is taken by another program. ${cure}`);
    if (refusal?.code === 'EACCES') throw new Error(`This user may not listen on port ${port}. ${cure}`);
  }
}
