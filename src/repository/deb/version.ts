import type {RelationOperator} from '../package-index.ts';

const tilde = 0x7e;
const zero = 0x30;
const nine = 0x39;

/** deb-version(7): epoch digits, an upstream version (with colons only behind an epoch), a revision without hyphens. */
const versionPattern = /^(?:\d{1,9}:[A-Za-z0-9][A-Za-z0-9.+~:-]*|[A-Za-z0-9][A-Za-z0-9.+~-]*)$/;

/** True for a version that dpkg accepts (it only warns where the upstream version does not begin with a digit). */
export function isVersion(text: string): boolean {
	return text.length <= 512 && versionPattern.test(text) && !text.endsWith('-') && !text.endsWith(':');
}

/** Compares two Debian versions as deb-version(7) orders them: negative if `a` is older, 0 if equal, positive if newer. */
export function compareVersions(a: string, b: string): number {
	if (a === b) return 0;
	const colonA = a.indexOf(':');
	const colonB = b.indexOf(':');
	if (colonA >= 0 || colonB >= 0) {
		const epoch = comparePart(a, 0, Math.max(colonA, 0), b, 0, Math.max(colonB, 0));
		if (epoch !== 0) return epoch;
	}
	const endA = revisionStart(a);
	const endB = revisionStart(b);
	const upstream = comparePart(a, colonA + 1, endA, b, colonB + 1, endB);
	return upstream === 0 ? comparePart(a, endA + 1, a.length, b, endB + 1, b.length) : upstream;
}

/** Whether `version` stands in that relation to `wanted`: `satisfies('1.2-1', '>=', '1.0')`. */
export function satisfies(version: string, operator: RelationOperator, wanted: string): boolean {
	const order = compareVersions(version, wanted);
	switch (operator) {
		case '<<':
			return order < 0;
		case '<=':
			return order <= 0;
		case '=':
			return order === 0;
		case '>=':
			return order >= 0;
		case '>>':
			return order > 0;
	}
}

/** The version without its epoch, as package file names bear it. */
export function withoutEpoch(version: string): string {
	return version.slice(version.indexOf(':') + 1);
}

/** The version without epoch and Debian revision: `8.4.11` of `1:8.4.11-1~deb13u1`. */
export function upstreamVersion(version: string): string {
	const start = version.indexOf(':') + 1;
	return version.slice(start, Math.max(start, revisionStart(version)));
}

function revisionStart(version: string): number {
	const hyphen = version.lastIndexOf('-');
	return hyphen < 0 ? version.length : hyphen;
}

/** The place of a character among non-digits: `~` before the end of a part, the end before letters, letters before the rest. */
function orderOf(text: string, at: number, end: number): number {
	if (at >= end) return 0;
	const code = text.charCodeAt(at);
	if (isDigit(code)) return 0;
	if (code === tilde) return -1;
	const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
	return isLetter ? code : code + 256;
}

function isDigit(code: number): boolean {
	return code >= zero && code <= nine;
}

/** Upstream versions and revisions: stretches of non-digits and of digits in turn, the latter compared as numbers. */
function comparePart(a: string, startA: number, endA: number, b: string, startB: number, endB: number): number {
	let i = startA;
	let j = startB;
	while (i < endA || j < endB) {
		while ((i < endA && !isDigit(a.charCodeAt(i))) || (j < endB && !isDigit(b.charCodeAt(j)))) {
			const difference = orderOf(a, i, endA) - orderOf(b, j, endB);
			if (difference !== 0) return difference;
			i++;
			j++;
		}
		while (i < endA && a.charCodeAt(i) === zero) i++;
		while (j < endB && b.charCodeAt(j) === zero) j++;
		let firstDifference = 0;
		while (i < endA && j < endB && isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
			if (firstDifference === 0) firstDifference = a.charCodeAt(i) - b.charCodeAt(j);
			i++;
			j++;
		}
		if (i < endA && isDigit(a.charCodeAt(i))) return 1;
		if (j < endB && isDigit(b.charCodeAt(j))) return -1;
		if (firstDifference !== 0) return firstDifference;
	}
	return 0;
}
