type Errcode = 'M_BAD_JSON' | 'M_INVALID_PARAM' | 'M_MISSING_PARAM' | 'M_NOT_FOUND' | 'M_UNKNOWN';

/**
 * What a client sent breaks a rule that the core knows. It carries the Matrix code and the HTTP status,
 * so that the edge can answer with it although the core knows nothing of HTTP.
 */
export class InvalidInput extends Error {
  override readonly name: string = 'InvalidInput';
  readonly errcode: Errcode;
  readonly status: 400 | 404;

  constructor(errcode: Errcode, message: string) {
    super(message);
    this.errcode = errcode;
    this.status = errcode === 'M_NOT_FOUND' ? 404 : 400;
  }
}
