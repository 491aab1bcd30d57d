import { MatrixError, type JsonValue } from 'plexus/module';
import { isObject, stringAt } from './json.ts';

const ERROR_CODE = /^[A-Z][A-Z0-9_.]{0,99}$/;
/** What a client would take for something about its own account or about this server. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'M_UNKNOWN_TOKEN',
  'M_MISSING_TOKEN',
  'M_USER_LOCKED',
  'M_USER_SUSPENDED',
  'M_USER_DEACTIVATED',
  'M_CONSENT_NOT_GIVEN',
  'ORG_MATRIX_EXPIRED_ACCOUNT',
  'M_UNRECOGNIZED',
]);

/**
 * The error of a policy server, as the client is to see it: in its own words. M_FORBIDDEN has the status that clients know it with.
 * @returns undefined for what is no refusal of an event
 */
export function refusalIn(via: string, status: number, body: JsonValue | undefined): MatrixError | undefined {
  if (status < 400 || status >= 500 || status === 401 || !isObject(body)) return undefined;
  const errcode = stringAt(body, 'errcode');
  if (errcode === undefined || !ERROR_CODE.test(errcode) || NOT_PASSED_ON.has(errcode)) return undefined;
  const { errcode: _errcode, error: _error, ...fields } = body;
  const text = stringAt(body, 'error') ?? `The policy server of this room, ${via}, does not let this event in`;
  return new MatrixError(errcode === 'M_FORBIDDEN' ? 403 : status, errcode, text, fields);
}
