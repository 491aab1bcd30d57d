import type { Requester } from '../../kernel/requester.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3account3pid */
export const listThirdPartyIds = defineRead({
  name: 'list-third-party-ids',
  prepare: (context, { userId }: Requester, _input: undefined) => context.read(() => thirdPartyIds.listFor(userId)),
});
