import type { ServerName, UserId } from '../core/identifiers.ts';
import { execute, rows, type Work } from '../kernel/work.ts';

/** An identifier of a user that an identity server tells others of. */
export interface IdentityBinding {
  readonly medium: string;
  /** As the identity server knows it. */
  readonly address: string;
  readonly idServer: ServerName;
}

/** @param now milliseconds since the epoch */
export function* add(userId: UserId, { medium, address, idServer }: IdentityBinding, now: number): Work<void> {
  yield* execute(
    'insert into identity_bindings (user_id, medium, address, id_server, bound_ts) values (?, ?, ?, ?, ?) on conflict do nothing',
    userId,
    medium,
    address,
    idServer,
    now,
  );
}

/** All that the server has bound for a user. */
export function* listFor(userId: UserId): Work<readonly IdentityBinding[]> {
  return yield* rows<IdentityBinding>(
    'select medium, address, id_server as "idServer" from identity_bindings where user_id = ? order by medium, address, id_server',
    userId,
  );
}

export function* remove(userId: UserId, { medium, address, idServer }: IdentityBinding): Work<void> {
  yield* execute(
    'delete from identity_bindings where user_id = ? and medium = ? and address = ? and id_server = ?',
    userId,
    medium,
    address,
    idServer,
  );
}

export function* removeAllOf(userId: UserId): Work<void> {
  yield* execute('delete from identity_bindings where user_id = ?', userId);
}
