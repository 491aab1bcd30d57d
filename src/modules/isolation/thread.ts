import { parentPort, workerData } from 'node:worker_threads';
import type { ModuleApi } from '../api/module-api.ts';
import { prepareModule, type PreparationServices, type PreparedModule } from '../loading/prepare-module.ts';
import type { ModuleEntry } from '../loading/entry.ts';
import { Peer, type Port } from './peer.ts';
import { ThreadApi, type ApiShape } from './thread-api.ts';

/** What a thread is started with. */
export interface ThreadData {
  readonly entry: ModuleEntry;
  readonly index: number;
  readonly services: PreparationServices;
}

/** What the server learns of a module that was imported in a thread. */
export type PreparedInThread = Pick<PreparedModule, 'name' | 'version' | 'permissions' | 'configSchema' | 'folder'>;

/** The program of a thread that runs one module. */
function runModule(port: Port, { entry, index, services }: ThreadData): void {
  const peer = new Peer(port);
  let prepared: PreparedModule | undefined;
  let api: ThreadApi | undefined;
  peer.expose('prepare', async (): Promise<PreparedInThread> => {
    prepared = await prepareModule({ ...entry, isolation: 'none' }, index, services);
    const { name, version, permissions, configSchema, folder } = prepared;
    return { name, version, permissions, configSchema, folder };
  });
  peer.expose('construct', async (shape) => {
    api = new ThreadApi(peer, shape as ApiShape, { folder: prepared?.folder ?? services.folder, isTrial: services.isTrial === true });
    await prepared?.construct(api.moduleApi as ModuleApi);
    return api.registered();
  });
  peer.expose('save', () => api?.handover?.save());
  peer.expose('restore', (state) => api?.handover?.restore(state));
  peer.expose('dispose', () => api?.dispose());
  peer.expose('ping', () => true);
}

if (parentPort !== null) runModule(parentPort, workerData as ThreadData);
