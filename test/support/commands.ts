import mongoose from 'mongoose';

export interface Command {
  readonly name: string;
  /** Without the prefix of ours. */
  readonly collection: string;
}

/** Commands that the driver sends by itself for sessions and monitoring. */
const OWN = new Set(['hello', 'ping', 'endSessions', 'isMaster', 'ismaster', 'saslStart', 'saslContinue']);

/** A URL whose connections tell what they send: see {@link watchCommands}. */
export const toldUrl = (url: string): string => `${url}${url.includes('?') ? '&' : '?'}monitorCommands=true`;

/** Records the commands that the MongoDB driver sends from now on, over every open connection that reports them. */
export function watchCommands(ignored: readonly string[] = []): { readonly sent: Command[] } {
  const sent: Command[] = [];
  for (const connection of mongoose.connections) {
    if (connection.readyState !== mongoose.ConnectionStates.connected) continue;
    connection.getClient().on('commandStarted', ({ commandName, command }) => {
      const collection = String((command as Record<string, unknown>)[commandName]).replace(/^gatehouse_/, '');
      if (!OWN.has(commandName) && !ignored.includes(collection)) sent.push({ name: commandName, collection });
    });
  }
  return { sent };
}
