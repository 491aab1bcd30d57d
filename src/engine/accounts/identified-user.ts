import { isUserId, localpartOf, serverOf, userIdOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import { objectAt, stringAt, type JsonObject } from '../../core/json.ts';
import { invalidParam, missingParam } from '../../kernel/errors.ts';

/**
 * The local user that an `identifier`, or one of the forms from before there were identifiers, speaks of. Undefined for
 * somebody whom this server cannot know: a user of another server, or a mail address or phone number.
 * https://spec.matrix.org/v1.19/client-server-api/#identifier-types
 * @throws M_MISSING_PARAM, M_INVALID_PARAM
 */
export function identifiedUser(body: JsonObject, server: ServerName): UserId | undefined {
  const identifier = objectAt(body, 'identifier');
  if (identifier === undefined) return userNamed(stringAt(body, 'user'), isThirdParty(body), server);
  const type = stringAt(identifier, 'type');
  if (type === 'm.id.user') return userNamed(stringAt(identifier, 'user'), false, server);
  // The specification's own example of a third-party identifier lacks the type.
  if (type === 'm.id.thirdparty' || type === 'm.id.phone' || (type === undefined && isThirdParty(identifier))) return undefined;
  throw invalidParam(`The identifier's type must be m.id.user, not ${type ?? 'nothing'}`);
}

const isThirdParty = (value: JsonObject): boolean => 'medium' in value && 'address' in value;

/** Localparts are lower case, and what people type on a phone often is not. */
function userNamed(name: string | undefined, isThirdParty: boolean, server: ServerName): UserId | undefined {
  if (name === undefined) {
    if (isThirdParty) return undefined;
    throw missingParam('Who wants to log in? Send an identifier of type m.id.user');
  }
  const userId = name.startsWith('@') ? name : userIdOf(name, server);
  if (!isUserId(userId) || serverOf(userId) !== server) return undefined;
  return userIdOf(localpartOf(userId).toLowerCase(), server);
}
