import { spawnSync } from 'node:child_process';

/**
 * Runs one long step, said in one line first, with its output shown.
 * @throws an Error marked `explained`, whose message is meant for a person, when the step fails
 */
export function step(announcement, command, args, options) {
  console.error(announcement);
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  if (error !== undefined) throw explained(`${command} could not be run: ${error.message}`);
  if (status !== 0) throw explained(`"${[command, ...args].join(' ')}" ended with code ${status}; its words are above.`);
}

export const explained = (message) => Object.assign(new Error(message), { explained: true });
