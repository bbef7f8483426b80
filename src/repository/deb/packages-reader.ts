import type {RelationField} from '../package-index.ts';

/** The fields that Slipway reads of a Packages file (deb-repository format), as archive software writes their names. */
export const packagesFields = [
	'Package',
	'Version',
	'Architecture',
	'Multi-Arch',
	'Essential',
	'Priority',
	'Section',
	'Source',
	'Maintainer',
	'Homepage',
	'Description',
	'Size',
	'Installed-Size',
	'SHA256',
	'Filename',
	'Pre-Depends',
	'Depends',
	'Recommends',
	'Conflicts',
	'Breaks',
	'Replaces',
	'Provides',
] as const;

export type PackagesField = (typeof packagesFields)[number];

/** Column order of the relation fields, here and in the compiled form. */
export const relationFields: readonly RelationField[] = [
	'preDepends',
	'depends',
	'recommends',
	'conflicts',
	'breaks',
	'replaces',
	'provides',
];

/** Where the relation fields begin in `packagesFields`. */
export const firstRelationField = packagesFields.indexOf('Pre-Depends');

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

/** Fields by the first character of their names: most lines are told from all of them by one look. */
const candidates: (readonly {readonly prefix: string; readonly field: number}[])[] = [];
for (const [field, name] of packagesFields.entries()) {
	const first = name.charCodeAt(0);
	candidates[first] = [...(candidates[first] ?? []), {prefix: `${name}:`, field}];
}

/**
 * Calls `visit` for each paragraph with its fields' first lines, in the order of `packagesFields`; '' for a field that
 * is missing. Relation fields are whole: their continuation lines are joined. The array is used again for the next
 * paragraph.
 *
 * Each character of a value stands for one byte of the file's UTF-8 (latin1 is the identity on bytes): values are cut
 * out of one string without a copy, which takes half the time and memory of decoding them.
 */
export function readPackages(bytes: Uint8Array, visit: (fields: readonly string[]) => void): void {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
	const fields: string[] = Array.from(packagesFields, () => '');
	let hasFields = false;
	let current = -1;
	let at = 0;
	while (at < text.length) {
		const found = text.indexOf('\n', at);
		const end = found < 0 ? text.length : found;
		const first = text.charCodeAt(at);
		if (first === lineFeed || isBlank(text, at, end)) {
			if (hasFields) visit(fields);
			fields.fill('');
			hasFields = false;
			current = -1;
		} else if (first === space || first === tab) {
			if (current >= firstRelationField) fields[current] += ` ${trimmed(text, at, end)}`;
		} else {
			hasFields = true;
			current = -1;
			for (const {prefix, field} of candidates[first] ?? []) {
				if (!text.startsWith(prefix, at)) continue;
				current = field;
				fields[field] = trimmed(text, at + prefix.length, end);
				break;
			}
		}
		at = end + 1;
	}
	if (hasFields) visit(fields);
}

function isBlank(text: string, start: number, end: number): boolean {
	for (let at = start; at < end; at++) if (!isSpace(text.charCodeAt(at))) return false;
	return true;
}

function trimmed(text: string, start: number, end: number): string {
	let from = start;
	let to = end;
	while (from < to && isSpace(text.charCodeAt(from))) from++;
	while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
	return text.slice(from, to);
}

function isSpace(code: number): boolean {
	return code === space || code === tab || code === carriageReturn;
}
