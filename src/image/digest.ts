import {createHash} from 'node:crypto';
import {SlipwayError} from '../base/errors.ts';
import type {Digest} from './oci.ts';

const digestPattern = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
	return typeof text === 'string' && digestPattern.test(text);
}

export function digestOf(content: Uint8Array | string): Digest {
	return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The hex digits. A digest from outside is checked here, before it becomes a file name or part of an address. */
export function hexOf(digest: string): string {
	if (!isDigest(digest)) {
		throw new SlipwayError('bad-input', `${JSON.stringify(digest).slice(0, 100)} is not a SHA-256 digest.`);
	}
	return digest.slice('sha256:'.length);
}
