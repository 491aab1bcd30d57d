import type { Caller } from '../../kernel/requester.ts';
import * as mediaStorage from '../../store/media-storage.ts';
import { defineOperation } from '../define.ts';

/** From now on files are kept in this storage, in which all of them will be looked for; undefined: in none. */
export const useMediaStorage = defineOperation({
  name: 'use-media-storage',
  prepare: (_context, _who: Caller, id: string | undefined) => id,
  commit: (id) => mediaStorage.use(id),
});
