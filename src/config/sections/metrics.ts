import { list, section } from '../mappings.ts';
import { flag, network } from '../values.ts';

export const metrics = section(
  {
    enabled: flag({ default: true, description: 'Whether /_synapse/metrics is served.' }),
    allow_addresses: list(network(), { default: ['127.0.0.0/8', '::1/128'], description: 'Who may read it. Others are told that there is nothing.' }),
  },
  { description: 'Numbers about the server, for Prometheus.' },
);
