import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** Which storage the modules are: undefined in it where there is none. Undefined when one of them cannot say. */
export const identifyMediaStorage = defineRead({
  name: 'identify-media-storage',
  async prepare(_context, _who: Caller, _input: undefined, ask): Promise<{ readonly id: string | undefined } | undefined> {
    const ids = await ask('get_media_storage_id');
    return ids && { id: ids.length === 0 ? undefined : JSON.stringify(ids) };
  },
});
