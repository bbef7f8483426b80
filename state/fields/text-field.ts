import {graphemesOf} from '../text/measure.ts';

/** A line of text being edited. The cursor is an offset in UTF-16 units that always stands between two graphemes. */
export interface TextField {
	readonly text: string;
	readonly cursor: number;
	/** What Ctrl+K, Ctrl+U, Ctrl+W last took out, for Ctrl+Y. */
	readonly killed: string;
}

export const emptyField: TextField = {text: '', cursor: 0, killed: ''};

export const fieldOf = (text: string): TextField => ({text, cursor: text.length, killed: ''});

export function insertText(field: TextField, text: string): TextField {
	const {cursor} = field;
	return {
		...field,
		text: field.text.slice(0, cursor) + text + field.text.slice(cursor),
		cursor: cursor + text.length,
	};
}

/** Keys of GNU readline, by the names that `decodeInput` gives. */
const edits: Readonly<Record<string, (field: TextField) => TextField>> = {
	left: field => moveTo(field, before(field)),
	'ctrl+b': field => moveTo(field, before(field)),
	right: field => moveTo(field, after(field)),
	'ctrl+f': field => moveTo(field, after(field)),
	home: field => moveTo(field, 0),
	'ctrl+a': field => moveTo(field, 0),
	end: field => moveTo(field, field.text.length),
	'ctrl+e': field => moveTo(field, field.text.length),
	'alt+b': field => moveTo(field, wordStart(field)),
	'alt+left': field => moveTo(field, wordStart(field)),
	'ctrl+left': field => moveTo(field, wordStart(field)),
	'alt+f': field => moveTo(field, wordEnd(field)),
	'alt+right': field => moveTo(field, wordEnd(field)),
	'ctrl+right': field => moveTo(field, wordEnd(field)),
	backspace: field => cut(field, before(field), field.cursor, false),
	'ctrl+h': field => cut(field, before(field), field.cursor, false),
	delete: field => cut(field, field.cursor, after(field), false),
	'ctrl+d': field => cut(field, field.cursor, after(field), false),
	'ctrl+u': field => cut(field, 0, field.cursor, true),
	'ctrl+k': field => cut(field, field.cursor, field.text.length, true),
	'ctrl+w': field => cut(field, spaceStart(field), field.cursor, true),
	'alt+backspace': field => cut(field, wordStart(field), field.cursor, true),
	'alt+d': field => cut(field, field.cursor, wordEnd(field), true),
	'ctrl+y': field => insertText(field, field.killed),
	'ctrl+t': transpose,
};

/** Names of the keys that edit a field, beside letters. */
export const fieldKeys: readonly string[] = Object.keys(edits);

/** The field after a key; null if the key means nothing to a field. */
export function editField(field: TextField, key: string): TextField | null {
	return edits[key]?.(field) ?? null;
}

const moveTo = (field: TextField, cursor: number): TextField => (cursor === field.cursor ? field : {...field, cursor});

function cut(field: TextField, from: number, to: number, keep: boolean): TextField {
	if (from >= to) return field;
	return {
		text: field.text.slice(0, from) + field.text.slice(to),
		cursor: from,
		killed: keep ? field.text.slice(from, to) : field.killed,
	};
}

function before({text, cursor}: TextField): number {
	return cursor - (graphemesOf(text.slice(0, cursor)).at(-1)?.length ?? 0);
}

function after({text, cursor}: TextField): number {
	return cursor + (graphemesOf(text.slice(cursor))[0]?.length ?? 0);
}

const isWordPart = /[\p{L}\p{N}\p{M}]/u;

function wordStart({text, cursor}: TextField): number {
	let at = cursor;
	while (at > 0 && !isWordPart.test(text[at - 1] ?? '')) at--;
	while (at > 0 && isWordPart.test(text[at - 1] ?? '')) at--;
	return at;
}

function wordEnd({text, cursor}: TextField): number {
	let at = cursor;
	while (at < text.length && !isWordPart.test(text[at] ?? '')) at++;
	while (at < text.length && isWordPart.test(text[at] ?? '')) at++;
	return at;
}

/** Ctrl+W ends at white space only (unix-word-rubout). */
function spaceStart({text, cursor}: TextField): number {
	let at = cursor;
	while (at > 0 && text[at - 1] === ' ') at--;
	while (at > 0 && text[at - 1] !== ' ') at--;
	return at;
}

function transpose(field: TextField): TextField {
	const {text} = field;
	const cursor = field.cursor === text.length ? before(field) : field.cursor;
	const right = graphemesOf(text.slice(cursor))[0];
	const left = graphemesOf(text.slice(0, cursor)).at(-1);
	if (left === undefined || right === undefined) return field;
	return {
		...field,
		text: text.slice(0, cursor - left.length) + right + left + text.slice(cursor + right.length),
		cursor: cursor + right.length,
	};
}
