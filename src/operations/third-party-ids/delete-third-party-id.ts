import { canonicalAddress } from '../../engine/accounts/third-party-identifier.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import { defineOperation } from '../define.ts';

interface Asked {
  readonly medium: string;
  readonly address: string;
}

/** Takes an identifier off the account: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3piddelete */
export const deleteThirdPartyId = defineOperation({
  name: 'delete-third-party-id',
  prepare: (_context, { userId }: Requester, { medium, address }: Asked) => ({ userId, medium, address: canonicalAddress(medium, address) }),
  *commit({ userId, medium, address }): Work<void> {
    yield* thirdPartyIds.remove(userId, medium, address);
  },
});
