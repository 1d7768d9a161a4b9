// The independent reading of make corpus: methods, paths and security of each document, read with JSON.parse and from the
// rules of shared/publication/README.md and RFC 3986 alone. Reads file names, one a line; writes a line of JSON for each:
// {"file", "operations": {"GET /path": [["scope"], …] | null}} or {"file", "refused"}.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const passedOn = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

function pointer(document, ref) {
  let value = document;
  for (const step of ref.slice(1).split('/').slice(1)) {
    value = value?.[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return value;
}

function resolve(document, value) {
  for (let hops = 0; typeof value?.$ref === 'string' && hops < 16; hops++) {
    if (!value.$ref.startsWith('#')) throw new Error('leads out of the document');
    value = pointer(document, value.$ref);
    if (value === undefined) throw new Error('leads to nothing');
  }
  return value;
}

// template returns a path as calls have it: a slash first, no empty segment, no query, escapes in normal form; undefined
// where no call can match.
function template(key) {
  let path = '/' + key;
  let depth = 0;
  for (let i = 0; i < path.length; i++) {
    if (path[i] === '{') depth = 1;
    else if (path[i] === '}') depth = 0;
    else if (!depth && (path[i] === '?' || path[i] === '#')) path = path.slice(0, i);
  }
  path = path.replaceAll(/\/{2,}/g, '/');
  const text = path
    .split(/(\{[^{}/]+\})/)
    .map((part, i) => (i % 2 ? part : literal(part)))
    .join('');
  if (text.includes('\0')) return undefined;
  const filled = text.replaceAll(/\{[^{}/]+\}/g, 'x').split('/');
  if (filled.some((segment) => segment === '.' || segment === '..')) return undefined;
  return text;
}

// literal escapes text once, and only where it must be: templates are compared with decoded segments. NUL stands for what the gateway refuses in a path.
function literal(part) {
  let out = '';
  const bytes = Buffer.from(part);
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i];
    let escaped = false;
    if (byte === 0x25) {
      const hex = bytes.subarray(i + 1, i + 3).toString();
      if (!/^[0-9a-f]{2}$/i.test(hex)) return '\0';
      byte = parseInt(hex, 16);
      escaped = true;
      i += 2;
    }
    const character = String.fromCharCode(byte);
    if (byte < 0x20 || byte === 0x7f || character === '\\' || character === ';' || (escaped && /[/%]/.test(character))) return '\0';
    const plain = /[A-Za-z0-9._~!$&'()*+,=:@/-]/.test(character);
    out += plain ? character : '%' + byte.toString(16).toUpperCase().padStart(2, '0');
  }
  return out;
}

// requirement returns the scopes of an AND, and whether only schemes of the provider's own are in it.
function requirement(schemes, of) {
  const names = Object.keys(of);
  const scopes = new Set();
  let foreign = names.length > 0;
  for (const name of names) {
    const type = String(schemes[name]?.type).toLowerCase();
    if (type === 'oauth2' || type === 'openidconnect') foreign = false;
    const listed = Array.isArray(of[name]) ? of[name] : of[name] == null ? [] : [of[name]];
    for (const scope of listed.flatMap((entry) => entry.split(/\s+/)).filter((scope) => scope && scope !== 'openid')) scopes.add(scope);
  }
  return { scopes: [...scopes].sort(), foreign: foreign && scopes.size === 0 };
}

function alternatives(schemes, security) {
  if (!Array.isArray(security)) return null;
  const all = security.map((of) => requirement(schemes, of)).filter(({ foreign }) => !foreign);
  if (all.length === 0 || all.some(({ scopes }) => scopes.length === 0)) return null;
  return [...new Set(all.map(({ scopes }) => JSON.stringify(scopes)))].sort().map((text) => JSON.parse(text));
}

function read(document) {
  const schemes = {};
  for (const [name, scheme] of Object.entries(document.securityDefinitions ?? document.components?.securitySchemes ?? {})) {
    schemes[name] = resolve(document, scheme);
  }
  const operations = {};
  const shapes = {};
  for (const [key, item] of Object.entries(document.paths ?? {})) {
    if (key.startsWith('x-') || !item) continue;
    const path = template(key);
    if (path === undefined) continue;
    for (const source of item.$ref === undefined ? [item] : [resolve(document, item), item]) {
      for (const [name, value] of Object.entries(source)) {
        const method = name.toLowerCase();
        if (!passedOn.includes(method)) continue;
        const operation = resolve(document, value ?? {});
        const asked = alternatives(schemes, operation.security ?? document.security);
        const shape = method + ' ' + path.replaceAll(/\{[^{}/]+\}/g, '{}');
        if (shape in shapes) {
          if (shapes[shape] !== JSON.stringify(asked)) throw new Error('differ in their security');
          continue;
        }
        shapes[shape] = JSON.stringify(asked);
        operations[method.toUpperCase() + ' ' + path] = asked;
      }
    }
  }
  return operations;
}

for await (const file of createInterface({ input: process.stdin })) {
  let line;
  try {
    line = { file, operations: read(JSON.parse(readFileSync(file, 'utf8'))) };
  } catch (error) {
    line = { file, refused: error.message };
  }
  console.log(JSON.stringify(line));
}
