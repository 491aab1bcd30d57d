import type { Config } from '../../config/config.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { MediaUploadLimit } from '../../kernel/question-values.ts';
import { ToldRefusal } from '../../kernel/told-refusal.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import type { IncomingFile, MediaFiles } from './media-files.ts';
import type { Upload } from './upload.ts';

interface UploadServices extends Reader {
  readonly clock: Clock;
  readonly config: Config;
  readonly mediaFiles: MediaFiles;
}

/** How much a user may upload, to be held against what they have uploaded. */
export interface Allowance {
  readonly userId: UserId;
  readonly limits: readonly MediaUploadLimit[];
  /** Where users read more about a limit that names no place. */
  readonly infoUri: string;
  /** ms since the epoch */
  readonly now: number;
}

/** A file that was received, and may be stored as far as the user's allowance goes. */
export interface Received {
  readonly file: IncomingFile;
  readonly allowance: Allowance;
}

/**
 * Receives an upload. Where the client has said how large it is, modules and limits are asked before anything is read.
 * @throws M_TOO_LARGE, M_USER_LIMIT_EXCEEDED; what a module refuses with
 */
export async function receiveUpload(
  services: UploadServices,
  userId: UserId,
  { body, size }: Upload,
  ask: Ask<'upload-media' | 'fill-media'>,
): Promise<Received> {
  const { mediaFiles, config } = services;
  const most = config.media.max_upload;
  if (size !== undefined && size <= most) {
    const allowance = await allowanceFor(services, userId, size, ask);
    return { allowance, file: await mediaFiles.receive(body, size) };
  }
  const file = await mediaFiles.receive(body, most);
  try {
    return { file, allowance: await allowanceFor(services, userId, file.size, ask) };
  } catch (error) {
    await mediaFiles.settle(file, false);
    throw error;
  }
}

async function allowanceFor(services: UploadServices, userId: UserId, size: number, ask: Ask<'upload-media' | 'fill-media'>): Promise<Allowance> {
  const { clock, config } = services;
  await ask('is_user_allowed_to_upload_media_of_size', userId, size);
  const limits = (await ask('get_media_upload_limits_for_user', userId, size)) ?? config.media.upload_limits.map(configured);
  const infoUri = config.public_baseurl ?? `https://${config.server_name}`;
  const allowance = { userId, limits, infoUri, now: clock.now() };
  if (limits.length > 0) await services.read(() => requireAllowance(allowance, size));
  return allowance;
}

/** In a commit that stores a file: other uploads may have been faster. @throws M_USER_LIMIT_EXCEEDED */
export function* requireAllowance({ userId, limits, infoUri, now }: Allowance, size: number): Work<void> {
  for (const limit of limits) {
    const sent = yield* media.uploadedSince(userId, now - limit.timePeriodMs);
    if (sent + size > limit.maxBytes)
      throw new ToldRefusal(limitExceeded(limit, infoUri), 'on_media_upload_limit_exceeded', [userId, limit, sent, size]);
  }
}

function limitExceeded(limit: MediaUploadLimit, infoUri: string): MatrixError {
  const text = `This file would take you over the ${limit.maxBytes} bytes that you may upload in ${Math.round(limit.timePeriodMs / 1000)} seconds`;
  return new MatrixError(403, 'M_USER_LIMIT_EXCEEDED', text, {
    info_uri: limit.infoUri ?? infoUri,
    ...(limit.canUpgrade === true && { can_upgrade: true }),
  });
}

const configured = (limit: Config['media']['upload_limits'][number]): MediaUploadLimit => ({
  maxBytes: limit.max_size,
  timePeriodMs: limit.period,
  infoUri: limit.info_uri,
  canUpgrade: limit.can_upgrade,
});
