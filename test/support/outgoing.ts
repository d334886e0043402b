/** Whom this process asks over HTTP, whichever library does it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** What other modules ask for from here on; `hosts` with their ports, in the order of the requests. */
export function watchOutgoing() {
  const hosts: string[] = [];
  const byHttp = (message: unknown) => {
    hosts.push(String((message as { request: ClientRequest }).request.getHeader('host')));
  };
  const byFetch = (message: unknown) => {
    hosts.push(new URL(String((message as { request: { origin: unknown } }).request.origin)).host);
  };
  subscribe('http.client.request.start', byHttp);
  subscribe('undici:request:create', byFetch);
  return {
    hosts,
    end() {
      unsubscribe('http.client.request.start', byHttp);
      unsubscribe('undici:request:create', byFetch);
    },
  };
}
