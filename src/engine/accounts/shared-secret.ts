import type { Config } from '../../config/config.ts';
import { MatrixError } from '../../kernel/errors.ts';

/** @throws M_UNKNOWN where the configuration has no secret */
export function requireSharedSecret({ shared_secret: secret }: Config['registration']): string {
  if (secret === undefined) throw new MatrixError(400, 'M_UNKNOWN', 'Registration by shared secret is off: set registration.shared_secret');
  return secret;
}
