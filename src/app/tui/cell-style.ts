/**
 * The look of a cell as the parameters of the SGR sequence that gives it (ECMA-48 8.3.117), always in the same order, so
 * that equal looks are equal texts: `1;36`. Empty: plain.
 */
export type CellStyle = string;

export const plainStyle: CellStyle = '';

interface Attributes {
	readonly flags: ReadonlySet<number>;
	readonly foreground: string;
	readonly background: string;
}

const parsed = new Map<CellStyle, Attributes>();
const results = new Map<string, CellStyle>();

/** What switches an attribute off. 22 ends both bold and faint. */
const endOf: Readonly<Record<number, readonly number[]>> = {
	22: [1, 2],
	23: [3],
	24: [4],
	25: [5],
	27: [7],
	28: [8],
	29: [9],
};

export function styleAfter(style: CellStyle, parameters: string): CellStyle {
	const key = `${style}|${parameters}`;
	const known = results.get(key);
	if (known !== undefined) return known;
	const next = textOf(apply(attributesOf(style), parameters));
	results.set(key, next);
	return next;
}

function apply({flags, foreground, background}: Attributes, parameters: string): Attributes {
	const set = new Set(flags);
	let front = foreground;
	let back = background;
	const numbers = (parameters === '' ? '0' : parameters).split(';').map(Number);
	for (let at = 0; at < numbers.length; at++) {
		const number = numbers[at] ?? 0;
		if (number === 0) {
			set.clear();
			front = '';
			back = '';
		} else if (number <= 9) set.add(number);
		else if (endOf[number]) for (const ended of endOf[number]) set.delete(ended);
		else if (number === 38 || number === 48) {
			// 38;5;N or 38;2;R;G;B
			const length = numbers[at + 1] === 5 ? 3 : 5;
			const color = numbers.slice(at, at + length).join(';');
			if (number === 38) front = color;
			else back = color;
			at += length - 1;
		} else if (number === 39) front = '';
		else if (number === 49) back = '';
		else if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) front = String(number);
		else if ((number >= 40 && number <= 47) || (number >= 100 && number <= 107)) back = String(number);
	}
	return {flags: set, foreground: front, background: back};
}

function attributesOf(style: CellStyle): Attributes {
	const known = parsed.get(style);
	if (known) return known;
	const attributes = apply({flags: new Set(), foreground: '', background: ''}, style === '' ? '0' : style);
	parsed.set(style, attributes);
	return attributes;
}

const textOf = ({flags, foreground, background}: Attributes): CellStyle =>
	[...[...flags].sort((a, b) => a - b).map(String), foreground, background].filter(Boolean).join(';');

/** The shortest way from one look to another: what is added, or a reset and all of it. */
export function styleSequence(from: CellStyle, to: CellStyle): string {
	if (to === plainStyle) return '\u001b[m';
	if (from === plainStyle) return `\u001b[${to}m`;
	return `\u001b[0;${to}m`;
}
