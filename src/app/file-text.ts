import {isUtf8} from 'node:buffer';

/** What a person reads of a file's beginning; null if it is no text. A character that the end cut in two is left out. */
export function fileText(content: Uint8Array, isWhole: boolean): string | null {
	const most = isWhole ? 0 : Math.min(3, content.length);
	for (let cut = 0; cut <= most; cut++) {
		const part = content.subarray(0, content.length - cut);
		if (isUtf8(part)) return part.includes(0) ? null : Buffer.from(part).toString('utf8');
	}
	return null;
}
