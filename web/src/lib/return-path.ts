/** Coming back after signing in (C7): only to a page of this portal, never to another site. */

/** The path to come back to, or the home page when the value is none of ours. */
export function returnPath(value: string | null): string {
  if (!value?.startsWith('/') || value.startsWith('//') || value.includes('\\')) return '/';
  // Browsers drop tabs and line breaks inside addresses, so "/\t/host" would leave the site.
  for (const character of value) {
    if (character.charCodeAt(0) < 32) return '/';
  }
  return value;
}

/** The sign-in page that comes back to `path` afterwards. */
export function signInPath(path: string): string {
  return path === '/' || path.startsWith('/sign-in') ? '/sign-in' : `/sign-in?return=${encodeURIComponent(path)}`;
}
