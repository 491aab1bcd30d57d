import { section } from '../mappings.ts';
import { duration } from '../values.ts';

export const tokens = section(
  {
    refreshable_access_lifetime: duration({
      default: '5m',
      description: 'For how long an access token is good that came with a refresh token. Access tokens without one are good until the user logs out.',
    }),
  },
  { description: 'The tokens by which clients are known.' },
);
