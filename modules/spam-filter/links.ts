const LINK = /\b(?:https?:\/\/|www\.)([^\s/?#"'<>()]{1,255})/gi;

/** The hosts that a text links to, in lower case, once for each link. */
export const linkedHosts = (text: string): string[] => [...text.matchAll(LINK)].map(([, host = '']) => host.toLowerCase().replace(/:\d+$/, ''));

/** Whether a host is a domain or lies below it. */
export const isWithin = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);
