import { createHash } from 'node:crypto';
import { RawReply } from '../../kernel/endpoint.ts';
import { html, Html } from './html.ts';

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem;color:#1b1d22;background:#fff}' +
  'label{display:block}input{font:inherit;padding:.4rem;margin:.3rem 0 1rem}input:not([type=checkbox]){width:100%;box-sizing:border-box}' +
  'button{font:inherit;padding:.5rem 1.5rem}.problem{color:#a3001b}';

/** The policy names the style by its hash, so nothing may stand beside it: no indentation either. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

interface Page {
  readonly status?: number;
  readonly title: string;
  readonly body: Html;
  /** The one script that may stand in the page. */
  readonly script?: string;
  /** Another origin to which the page's form may lead. */
  readonly formTarget?: string;
  /** Beside those that every page has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** More of the policy of what the page may load, by directive. */
  readonly sources?: Readonly<Record<'script-src' | 'frame-src' | 'connect-src', string>>;
}

/** A page of the server's own. It loads nothing that is not named, cannot be framed, and is kept by nobody: it may hold what only one person may know. */
export function page({ status = 200, title, body, script, formTarget, headers: more, sources }: Page): RawReply {
  const scripts = [script === undefined ? undefined : hashOf(script), sources?.['script-src']].filter((source) => source !== undefined);
  const policy = {
    'default-src': "'none'",
    'style-src': hashOf(STYLE),
    'form-action': formTarget === undefined ? "'self'" : `'self' ${formTarget}`,
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    ...sources,
    'script-src': scripts.length === 0 ? "'none'" : scripts.join(' '),
  };
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': Object.entries(policy)
      .map(([directive, source]) => `${directive} ${source}`)
      .join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    ...more,
  };
  const whole = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <h1>${title}</h1>
        ${body}${script === undefined ? '' : new Html(`<script>${script}</script>`)}
      </body>
    </html>`;
  return new RawReply(status, headers, whole.text);
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
