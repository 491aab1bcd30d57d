import Koa from 'koa';
import { ENDPOINTS } from '../api/endpoints.ts';
import type { ServerName } from '../core/identifiers.ts';
import type { SigningKey } from '../core/signatures.ts';
import { Access } from '../engine/access.ts';
import { Notifier } from '../engine/notifier.ts';
import { GraphBuilder } from '../engine/rooms/graph-builder.ts';
import { answerErrors } from '../http/answer-errors.ts';
import { Pipeline } from '../http/pipeline.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database.ts';
import { unrecognized } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Run } from '../kernel/operation.ts';
import type { Policy } from '../kernel/questions.ts';
import type { Context } from '../operations/context.ts';
import { Runner } from '../runner/runner.ts';

/** What a server is made of that differs between production and tests. */
export interface Parts {
  readonly serverName: ServerName;
  readonly signingKey: SigningKey;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Policy;
  readonly checkReplies: boolean;
}

export interface Server {
  readonly app: Koa;
  readonly run: Run;
  readonly notifier: Notifier;
}

/** Puts the server together: every `new` is here, and what depends on what can be read from top to bottom. */
export function compose(parts: Parts): Server {
  const { database, clock, log, policy, serverName } = parts;
  const read: Database['read'] = (work) => database.read(work);
  const notifier = new Notifier(database, clock);
  const access = new Access(database, clock);
  const builder = new GraphBuilder({ serverName, signingKey: parts.signingKey, clock, reader: database });
  const context: Context = { read, serverName, clock, notifier };
  const runner = new Runner({ database, policy, builder, context });
  const run: Run = (operation, who, input) => runner.run(operation, who, input);
  const pipeline = new Pipeline(ENDPOINTS, {
    run,
    log,
    authenticate: (token, caller) => access.requesterOf(token, caller),
    limit: () => undefined,
    observe: () => undefined,
    maxBody: 1_048_576,
    checkReplies: parts.checkReplies,
    otherwise: () => {
      throw unrecognized();
    },
  });
  const app = new Koa();
  app.use(answerErrors(log));
  app.use(pipeline.middleware);
  return { app, run, notifier };
}
