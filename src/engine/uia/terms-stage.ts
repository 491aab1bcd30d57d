import type { Config } from '../../config/config.ts';
import type { Stage } from './stage.ts';

type Terms = NonNullable<Config['registration']['terms']>;

/**
 * Its result is the version that was accepted, which the registration then keeps:
 * https://spec.matrix.org/v1.19/client-server-api/#terms-of-service-at-registration
 */
export const termsStage = ({ version, policies }: Terms): Stage => ({
  type: 'm.login.terms',
  params: { policies: Object.fromEntries(Object.entries(policies).map(([name, translations]) => [name, { ...translations, version }])) },
  check: () => Promise.resolve(version),
});
