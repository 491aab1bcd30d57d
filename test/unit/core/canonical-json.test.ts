import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson, NotCanonical } from '../../../src/core/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';

describe('canonical JSON', () => {
  describe("the specification's examples", () => {
    const examples: [source: string, canonical: string][] = [
      ['{}', '{}'],
      ['{"one": 1, "two": "Two"}', '{"one":1,"two":"Two"}'],
      ['{"b": "2", "a": "1"}', '{"a":"1","b":"2"}'],
      [
        '{"auth":{"success":true,"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":' +
          '[{"medium":"email","address":"john.doe@example.org"},{"medium":"msisdn","address":"123456789"}]}}}',
        '{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":' +
          '[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},"success":true}}',
      ],
      ['{"a": "日本語"}', '{"a":"日本語"}'],
      ['{"本": 2, "日": 1}', '{"日":1,"本":2}'],
      ['{"a": "\\u65E5"}', '{"a":"日"}'],
      ['{"a": null}', '{"a":null}'],
      ['{"a": -0, "b": 1e10}', '{"a":0,"b":10000000000}'],
    ];
    for (const [source, canonical] of examples) {
      it(source, () => expect(canonicalJson(JSON.parse(source) as JsonValue)).to.equal(canonical));
    }
  });

  it('sorts keys by code point, not by UTF-16 unit', () => {
    expect(canonicalJson({ '\u{1F600}': 1, '\uFF5E': 2, z: 3 })).to.equal('{"z":3,"\uFF5E":2,"\u{1F600}":1}');
  });

  it('sorts keys that look like numbers as text', () => {
    expect(canonicalJson({ '10': 1, '9': 2, a: 3, '-1': 4 })).to.equal('{"-1":4,"10":1,"9":2,"a":3}');
  });

  it('writes control characters with the shortest escape and leaves the rest as it is', () => {
    expect(canonicalJson('\b\t\n\f\r"\\/\u0000\u001f\u007f\u2028')).to.equal('"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\u007f\u2028"');
  });

  it('keeps a key called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1}}') as JsonValue)).to.equal('{"__proto__":{"a":1}}');
  });

  it('accepts the integers at both ends of the range', () => {
    expect(canonicalJson([2 ** 53 - 1, -(2 ** 53) + 1])).to.equal('[9007199254740991,-9007199254740991]');
  });

  const refused: [string, JsonValue][] = [
    ['a float', 1.5],
    ['an integer over 2^53 - 1', 2 ** 53],
    ['an integer under -(2^53 - 1)', -(2 ** 53)],
    ['infinity', Infinity],
    ['not a number', NaN],
    ['a lone surrogate in a value', 'a\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['undefined', undefined as unknown as JsonValue],
  ];
  for (const [name, value] of refused) {
    it(`refuses ${name}`, () => expect(() => canonicalJson({ a: [value] })).to.throw(NotCanonical));
  }

  it('writes floats, large integers and lone surrogates by the lax rules', () => {
    expect(canonicalJson({ a: 50.57, b: 2 ** 63, c: '\ud800' }, 'lax')).to.equal('{"a":50.57,"b":9223372036854775808,"c":"\\ud800"}');
    expect(() => canonicalJson(NaN, 'lax')).to.throw(NotCanonical);
  });

  describe('properties', () => {
    const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.maxSafeInteger(),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'binary', maxLength: 4 }), tie('value'), { maxKeys: 5 }),
      ),
    })).value;

    it('means the same value as before', () => {
      fc.assert(
        fc.property(json, (value) => {
          expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
        }),
      );
    });

    it('does not depend on the order of keys', () => {
      const backwards = (value: JsonValue): JsonValue => {
        if (Array.isArray(value)) return value.map(backwards);
        if (typeof value !== 'object' || value === null) return value;
        return Object.fromEntries(
          Object.entries(value as JsonObject)
            .reverse()
            .map(([key, item]) => [key, backwards(item)]),
        );
      };
      fc.assert(fc.property(json, (value) => canonicalJson(value) === canonicalJson(backwards(value))));
    });

    it('has the length that JSON.stringify gives, which the size check relies on', () => {
      fc.assert(fc.property(json, (value) => canonicalJson(value).length === JSON.stringify(value).length));
    });
  });
});
