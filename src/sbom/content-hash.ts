import {createHash} from 'node:crypto';

export function hashOf(algorithm: 'sha1' | 'sha256', content: Uint8Array | string): string {
	return createHash(algorithm).update(content).digest('hex');
}

/** A UUID of version 8 (RFC 9562) that follows from content alone. */
export function contentUuid(content: string): string {
	const hex = hashOf('sha256', content);
	const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`8${hex.slice(13, 16)}`,
		`${variant}${hex.slice(17, 20)}`,
		hex.slice(20, 32),
	].join('-');
}
