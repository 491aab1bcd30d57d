import { randomBytes } from 'node:crypto';
import { MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import { defineOperation } from '../define.ts';

interface Reservation {
  /** Its mxc:// address. */
  readonly contentUri: string;
  /** Until when the file may be uploaded, ms since the epoch. */
  readonly expiresTs: number;
}

/** Gives out an id for a file that is uploaded later: https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav1create */
export const reserveMedia = defineOperation({
  name: 'reserve-media',
  prepare(context, who, _input: undefined) {
    const { max_pending_uploads: most, pending_upload_lifetime: lifetime } = context.config.media;
    const now = context.clock.now();
    return {
      userId: who.userId,
      serverName: context.serverName,
      most,
      now,
      mediaId: randomBytes(18).toString('base64url'),
      expiresTs: now + lifetime,
    };
  },
  *commit({ userId, serverName, most, now, mediaId, expiresTs }): Work<Reservation> {
    if ((yield* media.countPending(userId, now)) >= most) {
      throw new MatrixError(429, 'M_LIMIT_EXCEEDED', `You have announced ${most} files; upload them before you announce more`);
    }
    yield* media.reserve(mediaId, userId, now, expiresTs);
    return { contentUri: `mxc://${serverName}/${mediaId}`, expiresTs };
  },
});
