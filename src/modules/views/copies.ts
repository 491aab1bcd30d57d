/** Makes JSON immutable, once: what is frozen at its root was frozen by this function. @returns the same value */
export function freezeJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeJson(part);
  return value;
}

/** A deep mutable copy of JSON. Faster than structuredClone, which also looks for what JSON cannot hold. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) setKey(copy, key, copyJson(part));
  return copy as T;
}

/** Assigns a key that came from outside: one called `__proto__` is data like any other, and must not become the prototype. */
export function setKey(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}
