import { Type as t, type Static } from '@sinclair/typebox';
import { serverOf, type DeviceId, type UserId } from '../../core/identifiers.ts';

/** The tokens that a client gets. */
interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresInMs: number | undefined;
}

export const tokensReply = t.Object({
  access_token: t.String(),
  refresh_token: t.Optional(t.String()),
  expires_in_ms: t.Optional(t.Integer()),
});

export const tokensOf = ({ accessToken, refreshToken, expiresInMs }: Tokens): Static<typeof tokensReply> => ({
  access_token: accessToken,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  ...(expiresInMs !== undefined && { expires_in_ms: expiresInMs }),
});

export const sessionReply = t.Intersect([tokensReply, t.Object({ user_id: t.String(), device_id: t.String(), home_server: t.String() })]);

/** What logging in and registering answer. `home_server` is deprecated, but old clients look for it. */
export const sessionOf = (userId: UserId, session: Tokens & { readonly deviceId: DeviceId }): Static<typeof sessionReply> => ({
  user_id: userId,
  device_id: session.deviceId,
  home_server: serverOf(userId),
  ...tokensOf(session),
});
