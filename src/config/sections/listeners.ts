import { list, mapping, optional } from '../mappings.ts';
import { network, path, text, wholeNumber } from '../values.ts';

const tls = mapping(
  {
    certificate: path({ description: 'The certificate with its chain, as PEM.', example: './tls/fullchain.pem' }),
    key: path({ description: 'Its private key, as PEM.', example: './tls/privkey.pem' }),
  },
  { description: 'Serves https instead of http. Not needed behind a reverse proxy that does it.' },
);

const listener = mapping({
  port: wholeNumber(0, 65_535, { description: 'The port; 0 takes any that is free.', example: 8008 }),
  bind_addresses: list(text({}), {
    default: ['127.0.0.1'],
    description: 'The addresses of this machine to listen on. 0.0.0.0 and :: stand for all of them.',
  }),
  trusted_proxies: list(network(), {
    default: ['127.0.0.0/8', '::1/128'],
    description:
      'Reverse proxies that are believed when they name the real client (the X-Forwarded-For header). A proxy elsewhere than on this machine must be added, or all its clients count as one.',
  }),
  tls: optional(tls),
});

export const listeners = list(listener, {
  default: [{ port: 8008 }],
  description: 'Where the server listens. One listener serves everything.',
});
