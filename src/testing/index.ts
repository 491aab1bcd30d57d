export type { Exchange } from '../modules/index.ts';
export { boot, type BootOptions, type TestServer } from './boot.ts';
export { expectError, RequestFailed } from './errors.ts';
export { FakeClock } from './fake-clock.ts';
export type { AskedQuestion } from './recording-policy.ts';
export { timelineOf } from './timeline-of.ts';
export { TestUser, type ClientEvent, type SyncReply } from './test-user.ts';
