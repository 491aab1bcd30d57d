import { notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import * as decisions from '../../store/decisions.ts';
import type { RequestTrail } from '../../store/decisions.ts';
import { defineRead } from '../define.ts';

/** All that modules decided in one request, and what came of it. @throws M_NOT_FOUND */
export const getRequestTrail = defineRead({
  name: 'get-request-trail',
  async prepare(context, _who: Requester, request: string): Promise<RequestTrail> {
    await context.decisionTrail.flush();
    const trail = await context.read(() => decisions.trailOf(request));
    if (trail.decisions.length === 0) throw notFound(`The decision trail has no request ${request}`);
    return trail;
  },
});
