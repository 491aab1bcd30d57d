import { Ajv } from 'ajv';
import { expect } from 'chai';
import { ENDPOINTS } from '../../../src/api/endpoints.ts';

describe('the schemas of endpoints', () => {
  it('are schemas', () => {
    const ajv = new Ajv({ strict: false });
    const wrong = ENDPOINTS.flatMap(({ method, path, query, body, reply }) =>
      [query, body, reply]
        .filter((schema) => typeof schema === 'object')
        .filter((schema) => ajv.validateSchema(schema) !== true)
        .map(() => `${method} ${path}: ${ajv.errorsText()}`),
    );
    expect(wrong).to.deep.equal([]);
  });
});
