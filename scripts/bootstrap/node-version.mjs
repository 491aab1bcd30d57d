const OLDEST = [20, 19];

/** Undefined when this Node will do; otherwise what to tell the person at the terminal. */
export function explainOldNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `Plexus needs Node.js ${OLDEST.join('.')} or newer; this is ${version}. Get a newer one from https://nodejs.org/ and try again.`;
}
