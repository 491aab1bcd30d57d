import { moduleContract } from 'plexus/testing';
import linkCheck from './link-check.ts';

describe('link-check keeps the contract: it', () => {
  const config = { url: 'https://links.example.org' };
  const checks = moduleContract(linkCheck, { config, refuses: [{ url: 'http://links.example.org' }], outside: () => ({ body: { bad: true } }) });
  for (const { name, run } of checks) it(name, run);
});
