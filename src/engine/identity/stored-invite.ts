import type { EventTemplate } from '../../core/event.ts';
import type { UserId } from '../../core/identifiers.ts';
import { isObject, stringAt, type JsonObject, type JsonValue } from '../../core/json.ts';

/** What an identity server answers when it has stored an invitation: https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2store-invite */
export interface StoredInvite {
  readonly token: string;
  readonly displayName: string;
  readonly publicKeys: readonly PublicKey[];
}

interface PublicKey {
  readonly public_key: string;
  readonly key_validity_url: string;
}

const TOKEN = /^[0-9a-zA-Z.=_-]{1,255}$/;

/** @returns undefined for what is no such answer */
export function readStoredInvite(reply: JsonObject): StoredInvite | undefined {
  const token = stringAt(reply, 'token');
  const displayName = stringAt(reply, 'display_name');
  const listed = Array.isArray(reply['public_keys']) ? (reply['public_keys'] as readonly JsonValue[]) : [];
  const publicKeys = listed.flatMap((each) => {
    const key = isObject(each) ? stringAt(each, 'public_key') : undefined;
    const url = isObject(each) ? stringAt(each, 'key_validity_url') : undefined;
    return key === undefined || url === undefined ? [] : [{ public_key: key, key_validity_url: url }];
  });
  if (token === undefined || !TOKEN.test(token) || displayName === undefined || publicKeys.length === 0) return undefined;
  return { token, displayName, publicKeys };
}

/** https://spec.matrix.org/v1.19/client-server-api/#mroomthird_party_invite */
export const thirdPartyInviteEvent = (sender: UserId, { token, displayName, publicKeys }: StoredInvite): EventTemplate => ({
  type: 'm.room.third_party_invite',
  stateKey: token,
  sender,
  // The first key stands alone as well, for those who know of one only.
  content: { display_name: displayName, ...publicKeys[0], public_keys: publicKeys.map((key) => ({ ...key })) },
});
