import {SlipwayError} from '../../base/errors.ts';

/** The fields of one paragraph by lowercase name (field names are case-insensitive, deb822(5)). */
export type Paragraph = ReadonlyMap<string, string>;

const fieldPattern = /^([!-9;-~]+):[ \t]*(.*)$/;

/**
 * Parses a deb822(5) file of moderate size: paragraphs between empty lines, continuation lines that begin with a
 * space, comments with `#`. A continued value keeps its line feeds and the text after the first space of each line.
 * Throws `bad-input` with the line's number.
 */
export function parseControl(text: string): readonly Paragraph[] {
	const paragraphs: Paragraph[] = [];
	let fields = new Map<string, string>();
	let current: string | null = null;
	const lines = text.split('\n');
	for (const [index, raw] of lines.entries()) {
		const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
		if (line.trim() === '') {
			if (fields.size > 0) paragraphs.push(fields);
			fields = new Map();
			current = null;
		} else if (line.startsWith('#')) {
			continue;
		} else if (line.startsWith(' ') || line.startsWith('\t')) {
			if (current === null) throw malformed(index, 'a continuation line without a field');
			fields.set(current, `${fields.get(current) ?? ''}\n${line.slice(1)}`);
		} else {
			const match = fieldPattern.exec(line);
			if (match === null) throw malformed(index, 'neither a field nor a continuation line');
			current = (match[1] ?? '').toLowerCase();
			if (fields.has(current)) throw malformed(index, 'a field that stands twice in its paragraph');
			fields.set(current, (match[2] ?? '').trimEnd());
		}
	}
	if (fields.size > 0) paragraphs.push(fields);
	return paragraphs;
}

function malformed(index: number, what: string): SlipwayError {
	return new SlipwayError('bad-input', `Line ${index + 1} of the control file is ${what}.`);
}
