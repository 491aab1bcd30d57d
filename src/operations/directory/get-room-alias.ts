import { domainOf, type RoomAlias } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import * as aliases from '../../store/aliases.ts';
import { defineRead } from '../define.ts';

/** Where an alias leads: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directoryroomroomalias */
export const getRoomAlias = defineRead({
  name: 'get-room-alias',
  async prepare(context, _who: Caller, { alias }: { readonly alias: RoomAlias }) {
    const found = await context.read(() => aliases.find(alias));
    if (found !== undefined) return { roomId: found.roomId, servers: [context.serverName] };
    const isOwn = domainOf(alias) === context.serverName;
    throw notFound(isOwn ? `Room alias ${alias} not found` : `Room alias ${alias} not found: this server does not ask other servers`);
  },
});
