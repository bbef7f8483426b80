import {safeText} from '../../src/base/safe-text.ts';
import type {Line} from './line.ts';

/** What signs mean, for who listens; others say nothing. */
const words: Readonly<Record<string, string>> = {
	'✓': 'checked',
	'✗': 'failed',
	'■': 'stopped',
	'▸': 'closed',
	'▾': 'open',
	'◇': 'auto package',
	'◆': 'marked ',
	'×': 'blocked',
	'→': 'to',
	'⏎': 'Enter',
	'–': 'none',
	'−': 'minus ',
	'▌': '',
	'·': '',
	'━': '',
	'─': '',
};
const signs = new RegExp(`[${Object.keys(words).join('')}\u2800-\u28ff]`, 'gu');

/** A line of the screen in words: signs, the field that is typed in, the tab that is open. */
export function spokenLine(line: Line): string {
	const text = line
		.map((part, at) => {
			// One word for a placeholder, whose first letter may be a span of its own.
			if (part.isPlaceholder) return line[at - 1]?.isPlaceholder ? '' : 'empty ';
			return part.underline ? `${safeText(part.text)} (open tab)` : safeText(part.text);
		})
		.join('')
		.replaceAll(signs, sign => words[sign] ?? 'running')
		.replaceAll(/\^(\w)\b/gu, 'ctrl+$1')
		.trim()
		// Columns and separators: a pause.
		.replaceAll(/\s{2,}/gu, ', ');
	return text !== '' && line.some(({isCursor}) => isCursor) ? `typing: ${text}` : text;
}
