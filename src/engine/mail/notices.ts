import type { Config } from '../../config/config.ts';
import type { ServerName, UserId } from '../../core/identifiers.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Work } from '../../kernel/work.ts';
import * as mails from '../../store/mails.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import type { Message } from './messages.ts';

/** For how long a mail server that is ill is worth waiting for (ms). */
export const MAIL_LIFETIME = 24 * 3_600_000;

/** What was done to an account, in case it was not its owner who did it. */
export type Notice =
  | { readonly kind: 'password-changed' }
  | { readonly kind: 'address-added'; readonly address: string }
  | { readonly kind: 'address-removed'; readonly address: string };

interface NoticeServices {
  readonly config: Pick<Config, 'mail'>;
  readonly clock: Clock;
  readonly serverName: ServerName;
}

/** Who tells owners of their accounts; undefined where the server sends no mails. */
export interface Notifying {
  readonly serverName: ServerName;
  readonly expiresTs: number;
}

export const notifying = ({ config, clock, serverName }: NoticeServices): Notifying | undefined =>
  config.mail === undefined ? undefined : { serverName, expiresTs: clock.now() + MAIL_LIFETIME };

/** Queues a mail to each address that an account has at this moment. */
export function* tellOwner(by: Notifying | undefined, userId: UserId, notice: Notice): Work<void> {
  if (by === undefined) return;
  const message = messageOf(notice, userId, by.serverName);
  for (const { medium, address } of yield* thirdPartyIds.listFor(userId)) {
    if (medium === 'email') yield* mails.add({ recipient: address, ...message, expiresTs: by.expiresTs });
  }
}

const messageOf = (notice: Notice, userId: UserId, server: ServerName): Message => ({
  subject: `Your account on ${server} was changed`,
  text: `${whatHappened(notice, userId)}

If it was you, there is nothing to do. If not, set a new password at once, log out all devices, and tell the administrator of ${server}.
`,
});

function whatHappened(notice: Notice, userId: UserId): string {
  switch (notice.kind) {
    case 'password-changed':
      return `The password of ${userId} was changed.`;
    case 'address-added':
      return `The address ${notice.address} was added to ${userId}. Whoever reads its mails can set a new password for the account.`;
    case 'address-removed':
      return `The address ${notice.address} was removed from ${userId}.`;
  }
}
