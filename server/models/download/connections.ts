import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { isPrivateAddress } from './privateAddress.ts';

/** Milliseconds after which a server that says nothing is given up. */
export interface Patience {
  readonly connect: number;
  /** Without a byte, before and in the middle of an answer. */
  readonly stall: number;
}
export const usualPatience: Patience = { connect: 20_000, stall: 60_000 };

/** Ways to the network: to the address that a person gave, and to wherever a public server sends us. */
export interface Connections {
  readonly direct: Dispatcher;
  /** Refuses private addresses, also those that a public name leads to. */
  readonly guarded: Dispatcher;
  close(): Promise<void>;
}

export class PrivateAddressError extends Error {}

export function openConnections({ connect, stall }: Patience): Connections {
  const options = { headersTimeout: stall, bodyTimeout: stall, connect: { timeout: connect } };
  // As other programs do, where only a proxy leads out: the proxy then looks names up.
  const proxied = ['https_proxy', 'http_proxy'].some(
    (name) => process.env[name] ?? process.env[name.toUpperCase()],
  );
  const direct = proxied ? new EnvHttpProxyAgent(options) : new Agent(options);
  const guarded = proxied
    ? direct
    : new Agent({ ...options, connect: { ...options.connect, lookup: publicOnly } });
  return {
    direct,
    guarded,
    close: async () => {
      await Promise.allSettled([direct.destroy(), guarded.destroy()]);
    },
  };
}

/** The address that is checked is the one that is connected to: a name cannot change in between. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const refused = found.some(({ address }) => isPrivateAddress(address));
    if (refused) return callback(new PrivateAddressError(`${hostname} is a private address`), []);
    const [first] = found;
    if (options.all) callback(null, found);
    else callback(null, first!.address, first!.family);
  });
};
