import type { Config } from '../../config/config.ts';
import { MatrixError, notFound } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import { isRequester, type Caller } from '../../kernel/requester.ts';
import * as media from '../../store/media.ts';
import type { Content, Media } from '../../store/media.ts';
import type { Notifier } from '../notifier.ts';

/** A media file that is there. */
export type FilledMedia = Media & { readonly content: Content };

interface Services extends Reader {
  readonly serverName: string;
  readonly config: Pick<Config, 'media'>;
  readonly clock: Clock;
  readonly notifier: Notifier;
}

export interface MediaWish {
  readonly serverName: string;
  readonly mediaId: string;
  /** How long to wait for an announced file, ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** The longest that a request may wait for an announced file, ms. */
const MAX_WAIT = 60_000;

/**
 * Finds a file for somebody, waiting for one that was announced but not uploaded yet.
 * @throws M_NOT_FOUND, M_NOT_YET_UPLOADED (504)
 */
export async function findMedia(services: Services, who: Caller, wish: MediaWish): Promise<FilledMedia> {
  if (!isRequester(who) && !services.config.media.public_downloads) {
    throw notFound('Files are served to users only: send an access token, to an address below /_matrix/client/v1/media');
  }
  if (wish.serverName !== services.serverName) throw notFound('This server has no media of other servers');
  const listening = services.notifier.listen([media.topicOf(wish.mediaId)], Math.min(wish.timeout, MAX_WAIT), wish.signal);
  try {
    const found = await currently(services, wish.mediaId);
    if (isFilled(found)) return found;
    await listening.woken;
    const later = await currently(services, wish.mediaId);
    if (isFilled(later)) return later;
    throw new MatrixError(504, 'M_NOT_YET_UPLOADED', 'The file was announced, but it has not been uploaded yet');
  } finally {
    listening.cancel();
  }
}

async function currently(services: Services, mediaId: string): Promise<Media> {
  const found = await services.read(() => media.find(mediaId));
  const isExpired = found?.content === undefined && found?.expiresTs !== undefined && found.expiresTs <= services.clock.now();
  if (found === undefined || isExpired) throw notFound('There is no such file');
  return found;
}

const isFilled = (found: Media): found is FilledMedia => found.content !== undefined;
