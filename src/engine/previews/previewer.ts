import type { Response } from 'undici';
import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.ts';
import { BoundedQueue } from '../../kernel/bounded-queue.ts';
import type { Clock } from '../../kernel/clock.ts';
import { limitExceeded, MatrixError } from '../../kernel/errors.ts';
import { Turns } from '../turns.ts';
import type { Outgoing } from '../outgoing.ts';
import { inspectImage, type PreviewImage } from './preview-image.ts';
import { openGraph } from './open-graph.ts';
import { pageFacts } from './page-facts.ts';
import { pageText } from './page-text.ts';
import { readUpTo } from './read-up-to.ts';

/** How long a page, and then its image, may take as a whole (ms). */
const TIMEOUT = 10_000;
/** How long a page that could not be read is not asked again (ms), and how many of those are known. */
const FAILURE_LIFETIME = 60_000;
const MAX_FAILURES = 1_000;
const AT_ONCE = 8;
const MAX_WAITING = 100;
/** ms */
const RETRY_AFTER = 5_000;

/** What was found out about a page. */
export interface Preview {
  /** By the names of https://ogp.me/ */
  readonly properties: Readonly<Record<string, string>>;
  readonly image: PreviewImage | undefined;
}

interface PreviewerServices {
  readonly settings: Config['url_previews'];
  readonly outgoing: Outgoing;
  readonly clock: Clock;
}

/** Looks at web pages, a few at a time. */
export class Previewer {
  readonly #services: PreviewerServices;
  readonly #queue = new BoundedQueue({ atOnce: AT_ONCE, maxWaiting: MAX_WAITING });
  readonly #failedAt = new LRUCache<string, number>({ max: MAX_FAILURES });
  readonly #turns = new Turns();

  constructor(services: PreviewerServices) {
    this.#services = services;
  }

  /**
   * Waits until nobody else is looking at a page: all clients in a room ask at once for what somebody has linked there.
   * @returns what to call when the page was looked at, and what was found is stored
   */
  turn(url: string): Promise<() => void> {
    return this.#turns.turn(url);
  }

  /** @throws M_UNKNOWN (502) when there is no such page, or it may not be looked at; M_LIMIT_EXCEEDED when too many are */
  async look(url: string): Promise<Preview> {
    const now = this.#services.clock.now();
    if (now - (this.#failedAt.get(url) ?? Number.NEGATIVE_INFINITY) < FAILURE_LIFETIME) throw notToBeHad();
    if (this.#queue.isFull) throw limitExceeded(RETRY_AFTER, 'Too many pages are being looked at; try again in a moment');
    try {
      return await this.#queue.run(() => this.#look(url));
    } catch {
      // One answer for all: what lies in the private network, or does not, is nobody's business.
      this.#failedAt.set(url, now);
      throw notToBeHad();
    }
  }

  async #look(url: string): Promise<Preview> {
    const { max_page: maxPage } = this.#services.settings;
    const response = await this.#fetch(url);
    const { type, charset } = contentTypeOf(response);
    if (type.startsWith('image/')) return { properties: {}, image: await this.#imageOf(response) };
    if (type !== 'text/html' && type !== 'application/xhtml+xml') {
      await response.body?.cancel();
      return { properties: {}, image: undefined };
    }
    const { bytes } = await readUpTo(response, maxPage);
    const { properties, imageUrl } = openGraph(pageFacts(pageText(bytes, charset)), response.url);
    return { properties, image: imageUrl === undefined ? undefined : await this.#image(imageUrl) };
  }

  /** A preview without an image is better than none. */
  async #image(url: string): Promise<PreviewImage | undefined> {
    try {
      return await this.#imageOf(await this.#fetch(url));
    } catch {
      return undefined;
    }
  }

  async #imageOf(response: Response): Promise<PreviewImage | undefined> {
    const { bytes, isWhole } = await readUpTo(response, this.#services.settings.max_image);
    return isWhole ? inspectImage(bytes) : undefined;
  }

  async #fetch(url: string): Promise<Response> {
    const { settings, outgoing } = this.#services;
    const headers = { 'accept-language': settings.language, 'user-agent': 'Plexus (bot for URL previews)' };
    const response = await outgoing.fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT) });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
}

function contentTypeOf(response: Response): { readonly type: string; readonly charset: string | undefined } {
  const [type = '', ...parameters] = (response.headers.get('content-type') ?? '').split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter))?.slice('charset='.length);
  return { type: type.toLowerCase(), charset: charset?.replaceAll(/^["']|["']$/g, '') };
}

const notToBeHad = (): MatrixError => new MatrixError(502, 'M_UNKNOWN', 'There is no page at this address that can be shown');
