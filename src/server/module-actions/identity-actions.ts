import type { Clock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import type { Run } from '../../kernel/operation.ts';
import type { IdentityActions } from '../../modules/index.ts';
import { requireIdServer } from '../../engine/identity/third-party-invitee.ts';
import { checkUsername } from '../../operations/accounts/check-username.ts';
import { recordExternalId } from '../../operations/modules/record-external-id.ts';
import { recordIdentityBinding } from '../../operations/modules/record-identity-binding.ts';
import * as devices from '../../store/devices.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import { MODULE } from './module-caller.ts';

interface IdentityServices {
  readonly run: Run;
  readonly read: Reader['read'];
  readonly clock: Clock;
}

const MONTH = 30 * 24 * 3_600_000;

/** What modules find out and note of who people are. */
export function identityActions({ run, read, clock }: IdentityServices): IdentityActions {
  return {
    thirdPartyIds: (userId) => read(() => thirdPartyIds.listFor(userId)),
    async checkUsername(localpart) {
      await run(checkUsername, MODULE, localpart);
    },
    recordExternalId: (external, userId) => run(recordExternalId, MODULE, { external, userId }),
    async recordIdentityBinding(userId, { idServer, ...identifier }) {
      await run(recordIdentityBinding, MODULE, { userId, binding: { ...identifier, idServer: requireIdServer(idServer) } });
    },
    async activeUsers(from, to = clock.now()) {
      const found = await read(() => devices.usersSeenBetween(from ?? to - MONTH, to));
      return found.map((userId) => Object.freeze({ appServiceId: undefined, userId }));
    },
  };
}
