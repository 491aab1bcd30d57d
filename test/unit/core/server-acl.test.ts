import { expect } from 'chai';
import type { ServerName } from '../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { compileServerAcl } from '../../../src/core/server-acl.ts';

describe('server ACL', () => {
  const open = { allow: ['*'] };
  const noEvil = { allow: ['*'], deny: ['evil.com', '*.evil.com'] };
  const noLiterals = { allow: ['*'], allow_ip_literals: false };
  const cases: [acl: JsonObject | undefined, server: string, allowed: boolean][] = [
    [undefined, 'evil.com', true],
    [{}, 'good.com', false],
    [open, 'good.com', true],
    [{ allow: ['good.com'] }, 'good.com', true],
    [{ allow: ['good.com'] }, 'other.com', false],
    [{ allow: ['good.???'] }, 'good.org', true],
    [noEvil, 'good.com', true],
    [noEvil, 'evil.com', false],
    [noEvil, 'EVIL.com', false],
    [noEvil, 'evil.com:8448', false],
    [noEvil, 'a.b.evil.com:1234', false],
    [noEvil, 'notevil.com', true],
    [{ allow: ['GOOD.com'], deny: [] }, 'good.com', true],
    [{ allow: ['good.com:8448'] }, 'good.com:8448', false],
    [open, '1.2.3.4', true],
    [{ ...open, allow_ip_literals: 'false' }, '1.2.3.4', true],
    [noLiterals, '1.2.3.4', false],
    [noLiterals, '1.2.3.4:8448', false],
    [noLiterals, '[2001:db8::1]', false],
    [noLiterals, '[2001:db8::1]:8448', false],
    [noLiterals, '1.2.3.4.example.org', true],
    [{ allow: ['[2001:*]'] }, '[2001:db8::1]:8448', true],
    [{ allow: ['[2001:*]'] }, '[2002::1]', false],
    [{ allow: '*' }, 'good.com', false],
    [{ allow: ['*'], deny: [7, null] }, 'good.com', true],
  ];
  for (const [acl, server, allowed] of cases) {
    it(`${JSON.stringify(acl) ?? 'none'} ${allowed ? 'allows' : 'denies'} ${server}`, () => {
      expect(compileServerAcl(acl)(server as ServerName)).to.equal(allowed);
    });
  }
});
