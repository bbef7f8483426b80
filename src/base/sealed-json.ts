import {createHash} from 'node:crypto';

const sealOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** JSON with its SHA-256 in a second line: for files whose alteration would go unnoticed and change what is made of them. */
export function sealJson(value: unknown): string {
	const text = JSON.stringify(value);
	return `${text}\n${sealOf(text)}\n`;
}

/** What was sealed; null if the text is not whole, was altered, or was never sealed. */
export function openSealed(text: string): unknown {
	const [content = '', seal, ...rest] = text.split('\n');
	if (rest.length !== 1 || rest[0] !== '' || sealOf(content) !== seal) return null;
	return JSON.parse(content) as unknown;
}
