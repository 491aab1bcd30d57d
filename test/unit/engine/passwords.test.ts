import { expect } from 'chai';
import { Passwords } from '../../../src/engine/passwords.ts';
import type { MatrixError } from '../../../src/kernel/errors.ts';

describe('passwords', () => {
  const passwords = new Passwords('test');
  const refusal = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'none').catch((error: MatrixError) => [error.status, error.errcode]);

  it('are kept as argon2id hashes that differ for the same password', async () => {
    const [one, other] = [await passwords.hash('secret'), await passwords.hash('secret')];
    expect(one)
      .to.match(/^\$argon2id\$/)
      .and.to.not.equal(other);
    expect(await passwords.verify(one, 'secret')).to.equal(true);
    expect(await passwords.verify(one, 'Secret')).to.equal(false);
  });

  it('cost 19 MiB and two passes in earnest', async () => {
    expect(await new Passwords('standard').hash('secret')).to.match(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
  });

  it('are never right where there is none, not even the decoy', async () => {
    for (const guess of ['', 'secret', 'decoy']) expect(await passwords.verify(undefined, guess)).to.equal(false);
  });

  it('must not be empty or too long', async () => {
    expect(await refusal(passwords.hash(''))).to.deep.equal([400, 'M_WEAK_PASSWORD']);
    expect(await refusal(passwords.hash('x'.repeat(513)))).to.deep.equal([400, 'M_INVALID_PARAM']);
    expect(await refusal(passwords.hash('x'.repeat(512)))).to.equal('none');
  });

  it('turn people away when too many wait', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => refusal(passwords.hash('secret'))));
    expect(answers.filter((answer) => answer === 'none')).to.have.length(82);
    expect(answers.at(-1)).to.deep.equal([429, 'M_LIMIT_EXCEEDED']);
  });
});
