import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const FIRST = 12_000;
/** The system gives ports from here on to outgoing connections; one of those can take a port between its choice and its use. */
const END = Math.max(firstOutgoing(), FIRST + 1000);

let next = FIRST + Math.floor(Math.random() * (END - FIRST));

/** A port that nobody listens on now, on either loopback address. An issuer names its port, so it must be known before the start. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = port + 1 < END ? port + 1 : FIRST;
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, '::1'))) return port;
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen({ port, host }), 'listening');
  } catch (error) {
    // A machine without IPv6 has the other address only.
    return (error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL';
  }
  await once(probe.close(), 'close');
  return true;
}

function firstOutgoing(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/)[0]);
  } catch {
    return 32_768;
  }
}
