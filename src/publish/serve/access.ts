import {createHash, timingSafeEqual} from 'node:crypto';
import type {IncomingMessage} from 'node:http';

/** A token is the password of any user (`docker login` has no other field), or a bearer token. */
export type ServeAuth =
	| {readonly kind: 'password'; readonly username: string; readonly password: string}
	| {readonly kind: 'token'; readonly token: string};

export function isAllowed({headers}: IncomingMessage, auth: ServeAuth | null): boolean {
	if (auth === null) return true;
	const [, scheme = '', value = ''] = /^(\w+)\s+(.+)$/.exec(headers.authorization ?? '') ?? [];
	if (scheme.toLowerCase() === 'bearer') return auth.kind === 'token' && isSame(value, auth.token);
	if (scheme.toLowerCase() !== 'basic') return false;
	const text = Buffer.from(value, 'base64').toString();
	const colon = text.indexOf(':');
	if (colon < 0) return false;
	const password = text.slice(colon + 1);
	if (auth.kind === 'token') return isSame(password, auth.token);
	// Both are compared, so that the time does not tell which one was wrong.
	const isUser = isSame(text.slice(0, colon), auth.username);
	return isSame(password, auth.password) && isUser;
}

function isSame(given: string, wanted: string): boolean {
	const hash = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(hash(given), hash(wanted));
}
