import { notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import * as decisions from '../../store/decisions.ts';
import type { RequestTrail } from '../../store/decisions.ts';
import { defineRead } from '../define.ts';

/** The whole request in which an incident happened. @throws M_NOT_FOUND */
export const getIncident = defineRead({
  name: 'get-incident',
  async prepare(context, _who: Requester, incident: string): Promise<RequestTrail> {
    await context.decisionTrail.flush();
    const [request] = await context.read(() => decisions.requestsOfIncident(incident));
    if (request === undefined) throw notFound(`The decision trail has no incident ${incident}; if no module was concerned, it is in the log`);
    return context.read(() => decisions.trailOf(request));
  },
});
