import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import express from 'express';
import { expect, it } from 'vitest';
import { takeTurns } from '../../server/http/takeTurns.ts';

it('works on so many requests at a time, and forgets those whose sender gave up', async () => {
  let [busy, most, handled] = [0, 0, 0];
  const app = express();
  const slow: express.RequestHandler = async (_request, response) => {
    most = Math.max(most, ++busy);
    await setTimeout(60);
    busy--;
    handled++;
    response.end('ok');
  };
  app.post('/', takeTurns(slow, 2));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const send = (signal?: AbortSignal) => fetch(url, { method: 'POST', body: 'x', ...(signal && { signal }) });
  const first = [send(), send()];
  await setTimeout(30);
  const impatient = send(AbortSignal.timeout(10)).catch(() => 'gave up');
  expect(await impatient).toBe('gave up');
  const rest = Array.from({ length: 6 }, () => send());
  const answers = await Promise.all([...first, ...rest].map(async (answer) => (await answer).text()));
  expect([answers.length, most, handled]).toEqual([8, 2, 8]);
  server.closeAllConnections();
  server.close();
});
