import { isEventSignedBy, MatrixError, type EventSignatures, type JsonObject, type JsonValue, type ModuleApi, type ModuleEvent } from 'plexus/module';
import { isObject, stringAt } from './json.ts';
import type { Policy } from './policy.ts';
import { refusalIn } from './refusal.ts';

const PATH = '/_matrix/policy/v1/sign';
/** Always this one, whatever the policy server calls its other keys. */
const KEY_ID = 'ed25519:policy_server';

export interface PolicyServersOptions {
  readonly api: Pick<ModuleApi, 'federationRequest' | 'clock' | 'log'>;
  /** By the names of policy servers. */
  readonly baseUrls: ReadonlyMap<string, string>;
  /** ms */
  readonly timeout: number;
  /** For how long who gave no answer is not asked again, ms. */
  readonly pause: number;
}

/** Asks policy servers to sign events: https://spec.matrix.org/v1.19/server-server-api/#asking-for-a-policy-server-signature-on-an-event */
export class PolicyServers {
  readonly #options: PolicyServersOptions;
  /** Until when those that gave no answer are left alone, in ms since the epoch. */
  readonly #pausedUntil = new Map<string, number>();

  constructor(options: PolicyServersOptions) {
    this.#options = options;
  }

  /** @throws M_UNKNOWN (502) when a policy server has just given no answer: all would wait for it, one after the other */
  refuseWhilePaused(via: string): void {
    const until = this.#pausedUntil.get(via);
    if (until === undefined) return;
    if (this.#options.api.clock.now() < until) throw unanswered(via);
    this.#pausedUntil.delete(via);
  }

  /**
   * The signature of a policy server.
   * @throws MatrixError the policy server's own where it refuses; M_FORBIDDEN when its signature is missing or wrong; M_UNKNOWN (502) when it gives no answer
   */
  async sign(event: ModuleEvent, { via, publicKey }: Policy, roomVersion: string): Promise<EventSignatures> {
    const pdu = event.getDict();
    const { status, body } = await this.#ask(via, pdu);
    if (status !== 200) throw refusalIn(via, status, body) ?? this.#failed(via, { status });
    const signature = isObject(body) ? stringAt(body[via], KEY_ID) : undefined;
    if (signature === undefined) throw forbidden(`The policy server of this room, ${via}, does not let this event in`);
    const signatures = { [via]: { [KEY_ID]: signature } };
    if (isEventSignedBy({ ...pdu, signatures }, roomVersion, { serverName: via, keyId: KEY_ID, publicKey })) return signatures;
    this.#options.api.log.warn({ via, room: event.roomId }, `${via} signed an event by another key than m.room.policy has`);
    throw forbidden(`The policy server of this room, ${via}, has another key than the room says`);
  }

  async #ask(via: string, content: JsonObject): Promise<{ readonly status: number; readonly body: JsonValue | undefined }> {
    this.refuseWhilePaused(via);
    const { api, baseUrls, timeout, pause } = this.#options;
    const baseUrl = baseUrls.get(via);
    try {
      return await api.federationRequest({
        destination: via,
        method: 'POST',
        path: PATH,
        content,
        timeout,
        ...(baseUrl !== undefined && { baseUrl }),
      });
    } catch (error) {
      this.#pausedUntil.set(via, api.clock.now() + pause);
      throw this.#failed(via, { error });
    }
  }

  /** Why goes into the log only: it would tell of the network that the server is in. */
  #failed(via: string, why: object): MatrixError {
    this.#options.api.log.error({ via, ...why }, `the policy server ${via} could not be asked`);
    return unanswered(via);
  }
}

const forbidden = (text: string): MatrixError => new MatrixError(403, 'M_FORBIDDEN', text);
const unanswered = (via: string): MatrixError =>
  new MatrixError(502, 'M_UNKNOWN', `The policy server of this room, ${via}, gives no answer; try again later`);
