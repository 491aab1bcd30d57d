import { expect } from 'chai';
import { createLog } from '../../../src/server/logging.ts';

describe('the log for people', () => {
  const linesOf = (write: (log: ReturnType<typeof createLog>) => void): string => {
    const original = process.stdout.write.bind(process.stdout);
    let written = '';
    process.stdout.write = (chunk: string | Uint8Array): boolean => {
      written += String(chunk);
      return true;
    };
    try {
      write(createLog('info', 'text'));
    } finally {
      process.stdout.write = original;
    }
    return written;
  };

  it('has one line for each entry, whatever somebody sent', () => {
    const written = linesOf((log) => log.info({ user: 'a\n12:00:00 info  b logged in', name: '\u001b[2Jx\u202ey\u2028z' }, 'c\r\nd'));
    expect(written.split('\n')).to.have.lengthOf(2);
    expect(written).to.match(/ info {2}c\\u000d\\u000ad user=a\\u000a12:00:00 info {2}b logged in name=\\u001b\[2Jx\\u202ey\\u2028z\n$/);
  });

  it('says what an error says', () => {
    const written = linesOf((log) => log.error({ error: new RangeError('too far') }, 'it failed'));
    expect(written).to.match(/ error it failed error=\{"type":"RangeError","message":"too far","stack":".*logging.test/);
  });
});
