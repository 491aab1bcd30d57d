import type { Config } from '../../config/config.ts';
import { fillClaimsTemplate } from '../../core/claims-template.ts';
import { canonicalEmail } from '../../core/email-address.ts';
import type { JsonObject } from '../../core/json.ts';
import { mappedLocalpart } from '../../core/mapped-localpart.ts';
import { parsePropertyPath, valueAt } from '../../core/property-path.ts';
import type { SsoIdentity } from '../../store/sso-flows.ts';

export type ProviderSettings = NonNullable<Config['sso']>['oidc_providers'][number];

/**
 * What of a provider's claims is of use.
 * @throws Error when they do not say who it is
 */
export function identityOf(claims: JsonObject, { mapping }: ProviderSettings): SsoIdentity {
  const subject = valueAt(claims, parsePropertyPath(mapping.subject));
  if ((typeof subject !== 'string' && typeof subject !== 'number') || subject === '') throw new Error(`There is no claim ${mapping.subject}`);
  const name = fillClaimsTemplate(mapping.username, claims);
  return {
    subject: String(subject),
    username: name === undefined ? undefined : mappedLocalpart(name),
    displayName: mapping.display_name && fillClaimsTemplate(mapping.display_name, claims),
    email: emailOf(claims, mapping),
  };
}

function emailOf(claims: JsonObject, { email, trust_email: isTrusted }: ProviderSettings['mapping']): string | undefined {
  // Some providers send it as text.
  const isConfirmed = isTrusted || claims['email_verified'] === true || claims['email_verified'] === 'true';
  const address = email === undefined || !isConfirmed ? undefined : fillClaimsTemplate(email, claims);
  return address === undefined ? undefined : canonicalEmail(address);
}
