import * as pushers from '../../store/pushers.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushers */
export const getPushers = defineRead({
  name: 'get-pushers',
  prepare: (context, who, _input: undefined) => context.read(() => pushers.listFor(who.userId)),
});
