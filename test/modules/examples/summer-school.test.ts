import { boot, expectError } from 'plexus/testing';
import summerSchool from './summer-school.ts';

const DAY = 86_400_000;

describe('summer-school', () => {
  it('takes its pupils, until the summer ends', async () => {
    // The kit's clock begins with 2026.
    const server = await boot({ clock: 'fake', modules: [{ module: summerSchool, config: { prefix: 'pupil-', until: '2026-01-03' } }] });
    await expectError(server.register('teacher'), 403, 'M_FORBIDDEN');
    const pupil = await server.register('pupil-anna');
    await server.advance(DAY);
    await pupil.createRoom();
    await server.advance(DAY);
    await expectError(pupil.createRoom(), 403, 'ORG_MATRIX_EXPIRED_ACCOUNT');
    await server.close();
  });
});
