import type { Config } from '../../config/config.ts';
import { isObject, stringAt, type JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Outgoing } from '../outgoing.ts';
import type { Stage } from './stage.ts';

type Captcha = NonNullable<Config['registration']['captcha']>;

/** How long the CAPTCHA's provider may take (ms). */
const TIMEOUT = 10_000;

/** https://spec.matrix.org/v1.19/client-server-api/#google-recaptcha */
export const captchaStage = (settings: Captcha, outgoing: Outgoing): Stage => ({
  type: 'm.login.recaptcha',
  params: { public_key: settings.site_key },
  async check(auth: JsonObject): Promise<true> {
    const response = stringAt(auth, 'response');
    if (response === undefined || response === '') throw new MatrixError(401, 'M_CAPTCHA_NEEDED', 'Show first that you are no robot');
    const isRight = await verify(settings, response, outgoing);
    if (!isRight) throw new MatrixError(401, 'M_CAPTCHA_INVALID', 'This was not accepted as the answer of a person: try again');
    return true;
  },
});

/** @throws M_UNKNOWN (502) when the provider cannot be reached or says nothing that makes sense */
async function verify({ secret, verify_url: url }: Captcha, response: string, outgoing: Outgoing): Promise<boolean> {
  const body = new URLSearchParams({ secret, response }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  try {
    const reply = await outgoing.fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT) });
    const verdict: unknown = await reply.json();
    return isObject(verdict) && verdict['success'] === true;
  } catch {
    throw new MatrixError(502, 'M_UNKNOWN', 'The answer cannot be verified at the moment: try again later');
  }
}
