import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { setTimeout as ownSetTimeout } from 'node:timers';
import type { ModuleApi } from '../../src/modules/public.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { moduleWith } from './module-with.ts';
import { GOING_ON } from './watching-forever.ts';

interface Leaks {
  readonly name: string;
  readonly leaks: readonly { readonly what: string; readonly count: number }[];
}

/** For how long what modules have opened is given time after their end, ms. */
const GRACE = 10_000;
const HERE = /\(at .*leaks\.test\.[jt]s:\d+:\d+\)$/;

describe('what modules leave open in a running server', () => {
  let server: TestServer, admin: TestUser;
  const opened: (() => unknown)[] = [];
  const start = async (...modules: readonly unknown[]): Promise<void> => {
    server = await boot({ port: 'none', clock: 'fake', modules });
    admin = await server.user('root', { admin: true });
  };
  const leaky = (open: (api: ModuleApi) => unknown): object => ({ name: 'leaky', module: moduleWith((api) => void open(api)) });
  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
    await server.close();
  });

  const listed = async (): Promise<{ readonly modules: readonly Leaks[]; readonly removed: readonly Leaks[] }> =>
    (await admin.request('GET', '/_plexus/admin/v1/modules')) as never;
  const exchange = async (...modules: readonly unknown[]): Promise<void> => {
    await server.exchangeModules(modules);
    await server.advance(GRACE);
  };
  /** What the only module leaves open when it is removed, without the places. */
  const leftBy = async (open: (api: ModuleApi) => unknown, act: () => unknown = () => undefined): Promise<string[]> => {
    await start(leaky(open));
    await act();
    await exchange();
    const [module] = (await listed()).removed;
    return (module?.leaks ?? []).flatMap(({ what, count }) => Array<string>(count).fill(what.replace(/ \(at .*$/, '')));
  };

  const timers = (): NodeJS.Timeout => {
    const timer = setInterval(() => undefined, 60_000).unref();
    opened.push(() => clearInterval(timer));
    return timer;
  };

  it('is told with its place, as long as it is open', async () => {
    let timer: NodeJS.Timeout | undefined;
    await start(leaky(() => [1, 2].map(() => (timer = timers()))));
    expect(await listed()).to.deep.include({ removed: [] });
    await exchange();
    const { removed } = await listed();
    expect(removed).to.have.length(1);
    expect(removed[0]?.name).to.equal('leaky');
    expect(removed[0]?.leaks).to.have.length(1);
    expect(removed[0]?.leaks[0]).to.include({ count: 2 });
    expect(removed[0]?.leaks[0]?.what)
      .to.match(/^a timer /)
      .and.match(HERE);
    const metrics = await (await server.fetch('/_synapse/metrics')).text();
    expect(metrics).to.contain('plexus_module_leaks{module="leaky"} 2');
    clearInterval(timer);
    expect((await listed()).removed[0]?.leaks[0]).to.include({ count: 1 });
    opened.splice(0).forEach((close) => close());
    expect((await listed()).removed).to.deep.equal([]);
  });

  it('stands at the module that has its name now', async () => {
    await start(leaky(timers));
    await exchange(leaky(() => undefined));
    const { modules, removed } = await listed();
    expect(removed).to.deep.equal([]);
    expect(modules[0]?.leaks.map(({ count }) => count)).to.deep.equal([1]);
  });

  it('is noticed whenever it was opened: in callbacks, after they were answered, in web resources and in the background', async () => {
    const left = await leftBy(
      (api) => {
        api.registerAccountValidityCallbacks({
          async on_user_registration() {
            await Promise.resolve();
            timers();
          },
        });
        api.registerWebResource('/_synapse/client/leaky', { GET: (ctx) => ((ctx.body = {}), void timers()) });
        api.delayedBackgroundCall(1_000, timers);
      },
      async () => {
        await server.user('alice');
        await server.request('GET', '/_synapse/client/leaky');
        await server.advance(1_000);
      },
    );
    // The administrator has registered, too.
    expect(left).to.deep.equal(Array(4).fill('a timer'));
  });

  it('may be a loop that waits', async () => {
    const loop = new AbortController();
    opened.push(() => loop.abort());
    const left = await leftBy(async () => {
      while (!loop.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(left).to.deep.equal(['a timer']);
  });

  it('may be servers, connections, processes, threads, and listeners for events of the process', async () => {
    const other = createServer((socket) => socket.unref()).listen(0, '127.0.0.1');
    opened.push(() => other.close());
    await once(other, 'listening');
    const made: { server?: Server; socket?: Socket; udp?: UdpSocket; child?: ChildProcess; worker?: Worker } = {};
    const listener = (): void => undefined;
    const left = await leftBy(
      () => {
        made.server = createServer().listen(0, '127.0.0.1');
        made.socket = connect((other.address() as AddressInfo).port, '127.0.0.1');
        made.udp = createSocket('udp4').bind(0, '127.0.0.1');
        made.child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
        made.worker = new Worker('setTimeout(() => {}, 60000)', { eval: true });
        process.on('warning', listener);
      },
      async () => {
        if (made.server?.listening === false) await once(made.server, 'listening');
      },
    );
    opened.push(
      () => made.server?.close(),
      () => made.socket?.destroy(),
      () => made.udp?.close(),
      () => made.child?.kill(),
      () => made.worker?.terminate(),
      () => process.off('warning', listener),
    );
    const expected = ['a UDP socket', 'a connection', 'a listening server', 'a process', 'a worker thread', "a listener for process.on('warning')"];
    expect(left).to.have.members(expected);
  });

  for (const [name, { what, begin }] of Object.entries(GOING_ON)) {
    it(`may be what ${name} begins, unless that is ended`, async () => {
      const left = await leftBy((api) => {
        opened.push(begin(tmpdir()));
        api.onDispose(begin(tmpdir()));
      });
      expect(left).to.deep.equal([what]);
    });
  }

  it('is nothing where a module closes what it opens, or where that ends by itself', async () => {
    const left = await leftBy(
      (api) => {
        const timer = timers();
        api.onDispose(() => clearInterval(timer));
        setTimeout(() => undefined, 0);
        api.loopingBackgroundCall(() => undefined, 1_000);
        api.delayedBackgroundCall(3_600_000, () => undefined);
        void api.runAsBackgroundProcess('sleeper', () => api.sleep(60));
        const heard = process.once('warning', () => undefined);
        api.onDispose(() => heard.removeAllListeners('warning'));
      },
      () => new Promise((resolve) => setTimeout(resolve, 5)),
    );
    expect(left).to.deep.equal([]);
  });

  it('is told of a module that did not even start', async () => {
    await start();
    const refused = await server
      .exchangeModules([
        leaky(() => {
          timers();
          throw new Error('no');
        }),
      ])
      .catch((error: unknown) => String(error));
    expect(refused).to.contain('cannot be started: no');
    await server.advance(GRACE);
    expect((await listed()).removed.map(({ name }) => name)).to.deep.equal(['leaky']);
  });

  it('goes with the thread of a module that has its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-leaks-'));
    writeFileSync(join(folder, 'leaky.js'), 'export default class Leaky { constructor() { setInterval(() => undefined, 1000); } }');
    opened.push(() => rmSync(folder, { recursive: true }));
    await start({ module: join(folder, 'leaky.js'), isolation: 'worker' });
    await exchange();
    expect((await listed()).removed).to.deep.equal([]);
  });

  it('is looked for in modules alone, and no longer than there are some', async () => {
    const before = [globalThis.setTimeout, globalThis.setInterval, ownSetTimeout, watch];
    await start(leaky(() => undefined));
    expect(await promisify(setTimeout)(1, 'same')).to.equal('same');
    timers();
    await exchange();
    expect((await listed()).removed).to.deep.equal([]);
    expect([globalThis.setTimeout, globalThis.setInterval, ownSetTimeout, watch]).to.deep.equal(before);
  });
});
