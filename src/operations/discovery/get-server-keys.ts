import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** The keys by which others, identity servers among them, check what this server has signed: https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server */
export const getServerKeys = defineRead({
  name: 'get-server-keys',
  prepare: (context, _who: Caller, _input: undefined) => context.publishedKeys.at(context.clock.now()),
});
