import type { Caller } from '../../kernel/requester.ts';
import * as mediaStorage from '../../store/media-storage.ts';
import { defineOperation } from '../define.ts';

const PAGE = 100;

/** Queues some of the files that were there before the storage. */
export const takeUpMedia = defineOperation({
  name: 'take-up-media',
  prepare: ({ clock }, _who: Caller, _input: undefined) => clock.now(),
  commit: (now) => mediaStorage.takeUp(PAGE, now),
});
