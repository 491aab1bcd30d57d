import { createHash, createHmac, randomBytes } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { UserId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OperationName } from '../../kernel/contract.ts';
import type { Reader } from '../../kernel/database.ts';
import { forbidden, MatrixError, notFound } from '../../kernel/errors.ts';
import * as uiaSessions from '../../store/uia-sessions.ts';
import type { UiaSession } from '../../store/uia-sessions.ts';
import { Challenge } from './challenge.ts';
import { isComplete, isNext, type Flow } from './flow.ts';
import type { AskWho } from '../accounts/authentication.ts';
import type { Proof } from './proof.ts';
import { ProvedAnother, type Stage } from './stage.ts';

/** How long a client may take to go through a flow (ms). */
const LIFETIME = 3_600_000;

/** What somebody wants to do that has to be authenticated. */
export interface Wanted {
  readonly operation: OperationName;
  /** Undefined where nobody is logged in. */
  readonly userId: UserId | undefined;
  /** The key `auth` of the request's body. */
  readonly auth: JsonObject | undefined;
  /** All else that says what is to be done; it cannot be changed once a stage is completed. */
  readonly request: JsonValue;
  /** Asks the modules who somebody is; undefined where nobody has to show that. */
  readonly ask: AskWho | undefined;
  /** By default any way in which the user can show that it is them. */
  readonly flows?: readonly Flow[] | undefined;
}

/** With the flows that are to be gone through. */
interface Asked extends Wanted {
  readonly flows: readonly Flow[];
}

interface Open {
  /** As the client knows it. */
  readonly id: string;
  readonly isStored: boolean;
  readonly session: UiaSession;
}

/** A stage that is completed on a page of the server, outside of the client. */
export interface StageOutside {
  readonly session: UiaSession;
  readonly stage: Stage;
  readonly isCompleted: boolean;
}

export interface InteractiveAuthServices {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly stages: readonly Stage[];
  /** A stage that comes and goes with the modules. */
  moreStages(type: string): Stage | undefined;
  /** How somebody can show that it is them. */
  ownFlows(userId: UserId | undefined): Promise<readonly Flow[]>;
  /** Stores how far a session has come. An operation only reads while it prepares, so this is an operation of its own. */
  save(session: UiaSession): Promise<void>;
}

/** https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api */
export class InteractiveAuth {
  readonly #services: InteractiveAuthServices;
  readonly #stages: ReadonlyMap<string, Stage>;

  constructor(services: InteractiveAuthServices) {
    this.#services = services;
    this.#stages = new Map(services.stages.map((stage) => [stage.type, stage]));
  }

  /**
   * Goes one step through the flows. Returns when one is complete; the operation's commit must `redeem` the proof.
   * @throws Challenge (401) as long as something is missing, M_FORBIDDEN for a session that was begun for something else
   */
  async authorise(wanted: Wanted): Promise<Proof> {
    const { auth } = wanted;
    const asked = { ...wanted, flows: wanted.flows ?? (await this.#services.ownFlows(wanted.userId)) };
    if (auth === undefined) throw await this.#challenge(asked, this.#begin(asked));
    const open = await this.#resume(asked, auth);
    const type = stringAt(auth, 'type');
    const after = type === undefined || has(open.session, type) ? open : await this.#attempt(asked, open, type, auth);
    if (isComplete(asked.flows, after.session.completed)) return proofOf(after);
    throw await this.#challenge(asked, after);
  }

  /**
   * Finds the stage that somebody wants to complete on its page: https://spec.matrix.org/v1.19/client-server-api/#fallback
   * @param id of the session, as the client knows it
   * @throws M_NOT_FOUND for a session that is not known (any more), or a stage that is not the next of any flow
   */
  findOutside(id: string, type: string): Promise<StageOutside> {
    return this.findBound(hashOf(id), type);
  }

  /** The same for who knows the session by the hash of its id only. */
  async findBound(sessionHash: string, type: string): Promise<StageOutside> {
    const session = await this.#find(sessionHash);
    const stage = this.#stageOf(type);
    if (session === undefined || stage === undefined) throw notFound('The session is not known or has expired: begin again');
    const isCompleted = has(session, type);
    if (!isCompleted && !isNext(type, session.flows, session.completed)) throw notFound(`${type} is not what is to be done now`);
    return { session, stage, isCompleted };
  }

  /**
   * Looks at what was submitted on the page of a stage. The completed stage stands for the request that the client made last.
   * @returns the session as it is to be stored
   * @throws MatrixError when the attempt has failed
   */
  async completeOutside({ session, stage, isCompleted }: StageOutside, auth: JsonObject, ask: AskWho): Promise<UiaSession> {
    const { userId, operation } = session;
    return isCompleted ? session : withStage(session, stage.type, await stage.check(auth, { userId, operation, ask }));
  }

  /** The same where the server itself has seen that the stage is completed. @param result what the operation may want to know of it */
  acceptOutside({ session, stage, isCompleted }: StageOutside, result: JsonValue): UiaSession {
    return isCompleted ? session : withStage(session, stage.type, result);
  }

  #stageOf(type: string): Stage | undefined {
    return this.#stages.get(type) ?? this.#services.moreStages(type);
  }

  #begin(wanted: Asked): Open {
    const { operation, userId, request, flows } = wanted;
    const id = randomBytes(24).toString('base64url');
    const begun = { sessionHash: hashOf(id), requestMac: macOf(id, request), flows, completed: [] };
    return { id, isStored: false, session: { ...begun, operation, userId, expiresTs: this.#services.clock.now() + LIFETIME } };
  }

  async #find(sessionHash: string): Promise<UiaSession | undefined> {
    const session = await this.#services.reader.read(() => uiaSessions.find(sessionHash));
    return session === undefined || session.expiresTs <= this.#services.clock.now() ? undefined : session;
  }

  /** Finds the session that the client goes on with; a client that needs one step only may come without. */
  async #resume(wanted: Asked, auth: JsonObject): Promise<Open> {
    const id = stringAt(auth, 'session');
    if (id === undefined) return this.#begin(wanted);
    const session = await this.#find(hashOf(id));
    if (session === undefined) {
      const failure = { errcode: 'M_FORBIDDEN', message: 'The session is not known or has expired: begin again' };
      throw await this.#challenge(wanted, this.#begin(wanted), failure);
    }
    if (session.operation !== wanted.operation || session.userId !== wanted.userId) {
      throw forbidden('The session was begun for something else');
    }
    const requestMac = macOf(id, wanted.request);
    if (session.requestMac === requestMac) return { id, isStored: true, session };
    if (session.completed.length > 0) throw forbidden('The request is not the one that was authenticated so far');
    const changed = { ...session, requestMac };
    await this.#services.save(changed);
    return { id, isStored: true, session: changed };
  }

  async #attempt(wanted: Asked, open: Open, type: string, auth: JsonObject): Promise<Open> {
    const stage = this.#stageOf(type);
    if (stage === undefined || !isNext(type, wanted.flows, open.session.completed)) {
      throw await this.#challenge(wanted, open, { errcode: 'M_FORBIDDEN', message: `${type} is not the next stage of any flow` });
    }
    let result: JsonValue;
    try {
      result = await stage.check(auth, wanted);
    } catch (error) {
      if (!(error instanceof MatrixError) || isFinal(error)) throw error;
      throw await this.#challenge(wanted, open, error);
    }
    const session = withStage(open.session, type, result);
    if (!isComplete(wanted.flows, session.completed)) {
      await this.#services.save(session);
      return { ...open, isStored: true, session };
    }
    return { ...open, session };
  }

  async #challenge(wanted: Asked, open: Open, failure?: { readonly errcode: string; readonly message: string }): Promise<Challenge> {
    if (!open.isStored) await this.#services.save(open.session);
    const { flows } = wanted;
    const types = new Set(flows.flat());
    const params = [...types].flatMap((type) => {
      const known = this.#stages.get(type)?.params;
      return known === undefined ? [] : [[type, known] as const];
    });
    const completed = open.session.completed.map(([type]) => type);
    const fields = {
      flows: flows.map((stages) => ({ stages })),
      params: Object.fromEntries(params),
      session: open.id,
      ...(completed.length > 0 && { completed }),
    };
    return new Challenge(fields, failure);
  }
}

const isFinal = (error: MatrixError): boolean => error.status === 429 || error.status >= 500 || error instanceof ProvedAnother;

const hashOf = (id: string): string => createHash('sha256').update(id).digest('base64url');
/** Keyed by the session's id, which is not stored: nobody can try passwords against what the database holds of a request. */
const macOf = (id: string, request: JsonValue): string => createHmac('sha256', id).update(canonicalJson(request, 'lax')).digest('base64url');
const has = (session: UiaSession, type: string): boolean => session.completed.some(([stage]) => stage === type);

const withStage = (session: UiaSession, type: string, result: JsonValue): UiaSession => ({
  ...session,
  completed: [...session.completed, [type, result]],
});

const proofOf = ({ isStored, session }: Open): Proof => ({
  sessionHash: isStored ? session.sessionHash : undefined,
  results: new Map(session.completed),
});
