/** A number in a package name that may be a version: `8.2` of `php8.2-curl`, `17` of `postgresql-17-pgvector`. */
export interface VersionToken {
	readonly text: string;
	readonly start: number;
	readonly end: number;
}

const tokenPattern = /\d+(?:\.\d+)*/g;

/** Kernel packages put the ABI's name behind the version: `6.1.0-40`, `6.12.57+deb13`. */
const abiPattern = /\d+\.\d+\.\d+(?:\+deb\d+(?:\.\d+)?)?(?:-\d+)?(?=-|$)/;

/** Numbers that end at the name's end, a hyphen or a plus sign: `264` of `libx264-dev`, not the `7` of `7zip`. */
export function versionTokens(name: string): readonly VersionToken[] {
	const tokens: VersionToken[] = [];
	const abi = name.startsWith('linux-') ? abiPattern.exec(name) : null;
	if (abi !== null) return [{text: abi[0], start: abi.index, end: abi.index + abi[0].length}];
	for (const match of name.matchAll(tokenPattern)) {
		const end = match.index + match[0].length;
		const next = name[end];
		if (match.index === 0 || !(next === undefined || next === '-' || next === '+')) continue;
		tokens.push({text: match[0], start: match.index, end});
	}
	return tokens;
}

/** The name without a token and without the hyphen that joined it, or with `kept` in its place. */
export function withoutToken(name: string, token: Pick<VersionToken, 'start' | 'end'>, kept = ''): string {
	const before = name.slice(0, token.start);
	const after = name.slice(token.end);
	if (kept !== '') return before + kept + after;
	if (before.endsWith('-')) return before.slice(0, -1) + after;
	return before + after;
}

/** Whether an upstream version begins with a token: `8.2` and `8.2.36`, but not `8` and `82`. */
export function isVersionPrefix(token: string, version: string): boolean {
	const upstream = version.slice(version.indexOf(':') + 1);
	const abi = /^(\d+\.\d+)\.\d+(?:\+deb|-)/.exec(token);
	const wanted = abi?.[1] ?? token;
	if (!upstream.startsWith(wanted)) return false;
	const next = upstream.charCodeAt(wanted.length);
	return !(next >= 0x30 && next <= 0x39);
}

/** `8.10` after `8.9`. */
export function compareTokens(a: string, b: string): number {
	if (a === b) return 0;
	const left = a.split(/\D+/);
	const right = b.split(/\D+/);
	for (let at = 0; at < Math.max(left.length, right.length); at++) {
		const difference = Number(left[at] ?? -1) - Number(right[at] ?? -1);
		if (difference !== 0) return difference;
	}
	return 0;
}
