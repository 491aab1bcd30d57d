import { expect } from 'chai';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { pino } from 'pino';
import { InvalidInput } from '../../../src/core/invalid-input.ts';
import { answerErrors } from '../../../src/http/answer-errors.ts';
import { MatrixError } from '../../../src/kernel/errors.ts';

async function answerTo(error: unknown): Promise<[status: number, body: unknown, wait: string | null]> {
  const app = new Koa().use(answerErrors(pino({ enabled: false }))).use(() => Promise.reject(error));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return [reply.status, await reply.json(), reply.headers.get('retry-after')];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('errors in replies', () => {
  it('are what a MatrixError says', async () => {
    const error = new MatrixError(429, 'M_LIMIT_EXCEEDED', 'later', { retry_after_ms: 1_500 });
    expect(await answerTo(error)).to.deep.equal([429, { errcode: 'M_LIMIT_EXCEEDED', error: 'later', retry_after_ms: 1_500 }, '2']);
  });

  it('are what the core says of an input', async () => {
    expect(await answerTo(new InvalidInput('M_NOT_FOUND', 'no such rule'))).to.deep.equal([
      404,
      { errcode: 'M_NOT_FOUND', error: 'no such rule' },
      null,
    ]);
    expect(await answerTo(new InvalidInput('M_BAD_JSON', 'no list'))).to.deep.equal([400, { errcode: 'M_BAD_JSON', error: 'no list' }, null]);
  });

  it('tell nothing of what was not expected', async () => {
    const [status, body] = await answerTo(new Error('a secret'));
    expect(status).to.equal(500);
    expect(JSON.stringify(body)).not.to.contain('secret');
  });
});
