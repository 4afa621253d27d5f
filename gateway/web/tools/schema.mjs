// JSON schemas as TypeScript: the shapes that the server's documents use, and no others.

const HEAD = `// Types of the public contract, as the server describes itself. Written by \`npm run types\`: change
// the Rust types and run it again.

`;

/** The whole file; types in the order of their names. */
export function render(schemas) {
  const names = [...schemas.keys()].sort();
  return HEAD + names.map((name) => declaration(name, schemas.get(name))).join('\n');
}

function declaration(name, schema) {
  const head = comment(schema.description, '');
  if (isPlainObject(schema)) return `${head}export interface ${name} ${fields(schema, '')}\n`;
  return `${head}export type ${name} = ${type(schema, '')};\n`;
}

function isPlainObject(schema) {
  return schema.type === 'object' && Object.keys(schema.properties ?? {}).length > 0;
}

function type(schema, indent) {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  const { oneOf, allOf, anyOf } = schema;
  if (oneOf) return oneOf.map((one) => type(one, indent)).join(' | ');
  if (allOf) return allOf.map((part) => member(part, indent)).join(' & ');
  if (anyOf) return member(schema, indent);
  if (Array.isArray(schema.type)) {
    return schema.type.map((one) => type({ ...schema, type: one }, indent)).join(' | ');
  }
  return simple(schema, indent);
}

/** A part of an object; one that may be absent is described as itself or any object. */
function member(part, indent) {
  if (!part.anyOf) {
    const inner = type(part, indent);
    return part.oneOf ? `(${inner})` : inner;
  }
  const [known, ...rest] = part.anyOf;
  if (rest.length !== 1 || rest[0].type !== 'object' || rest[0].properties) {
    throw new Error(`not a part that may be absent: ${JSON.stringify(part)}`);
  }
  return `Partial<${type(known, indent)}>`;
}

function simple(schema, indent) {
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return arrayOf(type(schema.items, indent));
    case 'object':
      return record(schema, indent);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`not understood: ${JSON.stringify(schema)}`);
  }
}

function arrayOf(inner) {
  return /[ |&]/.test(inner) ? `Array<${inner}>` : `${inner}[]`;
}

function record(schema, indent) {
  if (isPlainObject(schema)) return fields(schema, indent);
  if (schema.additionalProperties) {
    return `Record<string, ${type(schema.additionalProperties, indent)}>`;
  }
  return 'object';
}

function fields(schema, indent) {
  const required = new Set(schema.required ?? []);
  const inner = `${indent}  `;
  const rows = Object.entries(schema.properties).map(([name, field]) => {
    const key = /^[a-z_][a-z0-9_]*$/.test(name) ? name : literal(name);
    const mark = required.has(name) ? '' : '?';
    return `${comment(described(field), inner)}${inner}${key}${mark}: ${type(field, inner)};\n`;
  });
  return `{\n${rows.join('')}${indent}}`;
}

/** What may be null is described inside. */
function described(field) {
  return field.description ?? field.oneOf?.find((one) => one.description)?.description;
}

function literal(value) {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function comment(text, indent) {
  if (!text) return '';
  const lines = text.replaceAll('*/', '* /').split('\n');
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}
