import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { connect, isIP, isIPv6, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { connect as connectSecurely } from 'node:tls';
import { framed, syslogMessage } from '../../../audit/streams/syslog-message.js';
import { seconds } from '../../../base/clock.js';
import type { JsonObject } from '../../../base/json.js';
import { type Destination, DestinationUnavailable } from './destination.js';

export interface SyslogAddress {
  readonly transport: 'tcp' | 'tls' | 'udp';
  readonly host: string;
  readonly port: number;
}

/** How long a receiver may take for the connection, and again for closing it. */
const PATIENCE = seconds(10);
/** The largest message that fits into a UDP datagram over IPv4, with some room. */
const MOST_DATAGRAM = 60_000;

/**
 * Messages of RFC 5424. Over TCP (RFC 6587) and TLS (RFC 5425) each batch has a connection of its own: syslog has no
 * acknowledgement, and a receiver that closes the connection after its end has read all of it. UDP (RFC 5426) shows nothing.
 *
 * @param sender the host name in the messages
 */
export function syslogDestination(address: SyslogAddress, sender: string): Destination {
  const { transport, host, port } = address;
  const message = (event: JsonObject): string => syslogMessage(sender, event);
  return {
    name: `${host}:${port}`,
    async send({ events }) {
      if (events.length === 0) return;
      try {
        if (transport === 'udp') await sendDatagrams(address, events, message);
        else await sendStream(address, events.map((event) => framed(message(event))).join(''));
      } catch (error) {
        throw new DestinationUnavailable(reasonOf(error), { cause: error });
      }
    },
  };
}

/** A host with several addresses fails with one error for all of them, which has a code and no message. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || (code ?? 'the connection failed');
}

/** Resolves when the receiver has read everything and closed the connection. */
async function sendStream(address: SyslogAddress, text: string): Promise<void> {
  const socket = socketTo(address);
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let isSent = false;
  socket.setTimeout(PATIENCE, () =>
    socket.destroy(new Error(isSent ? 'it does not close the connection' : 'it does not answer')),
  );
  socket.once(address.transport === 'tls' ? 'secureConnect' : 'connect', () => {
    socket.end(text, () => {
      isSent = true;
    });
  });
  // Answers are not expected; unread ones would hide the end.
  socket.resume();
  socket.once('error', reject);
  socket.once('end', () => (isSent ? resolve(undefined) : reject(new Error('it closed the connection too early'))));
  socket.once('close', () => reject(new Error('the connection was closed')));
  try {
    await promise;
  } finally {
    socket.destroy();
  }
}

const socketTo = ({ transport, host, port }: SyslogAddress): Socket =>
  transport === 'tls' ? connectSecurely({ host, port, servername: isIP(host) ? '' : host }) : connect({ host, port });

async function sendDatagrams(
  { host, port }: SyslogAddress,
  events: readonly JsonObject[],
  message: (event: JsonObject) => string,
): Promise<void> {
  const socket: DatagramSocket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    const send = promisify((text: string, done: (error: Error | null) => void) => socket.send(text, port, host, done));
    for (const event of events) {
      const whole = message(event);
      await send(Buffer.byteLength(whole) > MOST_DATAGRAM ? message(shortened(event)) : whole);
    }
  } finally {
    socket.close();
  }
}

/** Without what can be large. */
function shortened({ details: _details, subject, ...event }: JsonObject): JsonObject {
  if (typeof subject !== 'object' || Array.isArray(subject)) return { ...event, shortened: true };
  const { before: _before, after: _after, ...rest } = subject;
  return { ...event, subject: rest, shortened: true };
}
