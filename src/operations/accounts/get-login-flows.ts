import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** A way to log in, with what clients must know of it. */
interface LoginFlow {
  readonly type: string;
  readonly get_login_token?: boolean;
  readonly identity_providers?: IdentityProvider[];
}

/** https://spec.matrix.org/v1.19/client-server-api/#definition-mloginsso-flow-schema */
interface IdentityProvider {
  readonly id: string;
  readonly name: string;
  readonly icon?: string;
  readonly brand?: string;
}

/** How people can log in: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login */
export const getLoginFlows = defineRead({
  name: 'get-login-flows',
  prepare({ sso, authentication }, _who: Caller, _input: undefined): LoginFlow[] {
    const providers = sso.providers.map(({ settings: { id, name, icon, brand } }) => ({
      id,
      name,
      ...(icon !== undefined && { icon }),
      ...(brand !== undefined && { brand }),
    }));
    return [
      ...authentication.types().map((type) => ({ type })),
      { type: 'm.login.token', get_login_token: true },
      ...(providers.length === 0 ? [] : [{ type: 'm.login.sso', identity_providers: providers }]),
    ];
  },
});
