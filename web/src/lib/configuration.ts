import type { Schemas } from '../api/client';

/** What is this installation's own: name, logo, accent, links, legal facts; and the version of these files. */
export type Configuration = Schemas['Configuration'];

let current: Configuration | undefined;

/** The configuration, which scripts/prerender.mjs has written into the page (as data: the policy refuses inline scripts). */
export function configuration(): Configuration {
  current ??= JSON.parse(document.getElementById('configuration')?.textContent ?? '') as Configuration;
  return current;
}

/** Sets the configuration where there is no page to read it from. */
export function setConfiguration(configuration: Configuration): void {
  current = configuration;
}
