import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import { defineOperation } from '../define.ts';

interface Deletion {
  readonly serverName: string;
  readonly mediaId: string;
}

/**
 * Deletes media of this server, with their thumbnails: for administrators, in the form that tools for Synapse know. The bytes go in the background.
 * @throws M_NOT_FOUND
 */
export const deleteMedia = defineOperation({
  name: 'delete-media',
  prepare(context, _who: Caller, { serverName, mediaId }: Deletion) {
    if (serverName !== context.serverName) throw notFound('This server has no media of other servers');
    return { mediaId, now: context.clock.now() };
  },
  *commit({ mediaId, now }): Work<string> {
    if (!(yield* media.remove(mediaId, now))) throw notFound('There is no such file');
    return mediaId;
  },
});
