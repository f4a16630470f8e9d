/** Stands in front of a directory, and loses answers to writes: the directory has done them, and the connection ends. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface LosingLdap {
  readonly url: string;
  /**
   * `answer`: writes are done, and their answers lost. `request`: writes never arrive.
   *
   * @param then runs at the first loss. From then on nobody reaches the directory: a process that is killed answers a moment longer.
   */
  lose(what: 'answer' | 'request' | 'nothing', then?: () => void): void;
  /** Runs before each write arrives. */
  before(write: () => Promise<void>): void;
  close(): Promise<void>;
}

/** The tags of a modify and an extended request (RFC 4511 4), behind the header and the number of the message. */
const WRITES: ReadonlySet<number> = new Set([0x66, 0x77]);

export async function losingLdap(port: number): Promise<LosingLdap> {
  let loses: 'answer' | 'request' | 'nothing' = 'nothing';
  let then: (() => void) | undefined;
  let isAway = false;
  let first = async (): Promise<void> => undefined;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    if (isAway) {
      client.destroy();
      return;
    }
    const directory = connect({ port, host: '127.0.0.1' });
    let isLosing = false;
    const end = (): void => {
      isAway ||= isLosing && then !== undefined;
      for (const socket of isAway ? open : [client, directory]) socket.destroy();
      if (isLosing) then?.();
    };
    for (const socket of [client, directory]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        directory.destroy();
      });
    }
    client.on('data', (bytes) => {
      isLosing = loses !== 'nothing' && isWrite(bytes);
      if (isLosing && loses === 'request') end();
      else if (isWrite(bytes)) void first().then(() => directory.write(bytes));
      else directory.write(bytes);
    });
    directory.on('data', (bytes) => {
      if (isLosing) end();
      else client.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose(what, after) {
      [loses, then, isAway] = [what, after, false];
    },
    before(write) {
      first = write;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A message is a sequence: its header, the number with a header of two bytes, then the request. */
function isWrite(bytes: Buffer): boolean {
  const header = 2 + ((bytes[1] ?? 0) > 0x80 ? (bytes[1] ?? 0) - 0x80 : 0);
  const number = bytes[header + 1] ?? 0;
  return WRITES.has(bytes[header + 2 + number] ?? 0);
}
