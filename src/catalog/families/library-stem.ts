import type {PackagesByName} from './packages-by-name.ts';
import {versionsOf} from './packages-by-name.ts';

/** A shared library's name without what its ABI put behind it: `libssl` of `libssl3t64`. */
export interface LibraryStem {
	readonly name: string;
	/** The ABI's number; null if nothing was taken away but `t64`. */
	readonly token: string | null;
}

/** Which names a source package gives to the headers of its libraries: `libssl` for `libssl-dev`, in any release. */
export class LibrarySiblings {
	readonly packages: PackagesByName;
	readonly #headers = new Map<string, Set<string>>();
	/** By source and headers' name: ABI numbers of two parts (`-8-0`) whose first parts differ within a release. */
	readonly #widths = new Map<string, Set<string>>();

	constructor(packages: PackagesByName) {
		this.packages = packages;
		for (const [number, name] of packages.names.entries()) {
			if (!name.endsWith('-dev') || !name.startsWith('lib')) continue;
			for (const source of this.sourcesOf(number)) {
				const known = this.#headers.get(source);
				if (known === undefined) this.#headers.set(source, new Set([name.slice(0, -4)]));
				else known.add(name.slice(0, -4));
			}
		}
		for (const [number, name] of packages.names.entries()) {
			const match = /^(lib.+)-(\d+)-\d+$/.exec(withoutTransition(name));
			if (match?.[1] === undefined || match[2] === undefined) continue;
			for (const {index, id} of versionsOf(packages, number)) {
				const key = `${index.release} ${index.sourceOf(id)} ${match[1]}`;
				const known = this.#widths.get(key);
				if (known === undefined) this.#widths.set(key, new Set([match[2]]));
				else known.add(match[2]);
			}
		}
	}

	sourcesOf(number: number): ReadonlySet<string> {
		return new Set(versionsOf(this.packages, number).map(({index, id}) => index.sourceOf(id)));
	}

	/** The longest headers' name of the package's sources that the name begins with, or null. */
	headersOf(name: string, number: number): string | null {
		let longest: string | null = null;
		for (const source of this.sourcesOf(number)) {
			for (const headers of this.#headers.get(source) ?? []) {
				if (name.startsWith(headers) && headers.length > (longest?.length ?? 0)) longest = headers;
			}
		}
		return longest;
	}

	/** True for `libpcre2-8-0` beside `libpcre2-16-0`: there the first number is no version. */
	isWidth(headers: string, number: number): boolean {
		return versionsOf(this.packages, number).some(
			({index, id}) => (this.#widths.get(`${index.release} ${index.sourceOf(id)} ${headers}`)?.size ?? 0) > 1,
		);
	}
}

/**
 * Debian Policy 8.1 names a library's package after its SONAME, and its headers' package without that number: the
 * headers' package tells where the number begins. `t64` marks the change of time_t in 2024 and is never part of a name.
 */
export function libraryStem(name: string, number: number, siblings: LibrarySiblings): LibraryStem {
	const isRenamed = isTransition(name, number, siblings.packages);
	const plain = isRenamed ? withoutTransition(name) : name;
	if (!plain.startsWith('lib')) return {name: plain, token: null};
	const headers = siblings.headersOf(plain, number);
	if (headers === plain) return {name: plain, token: null};
	if (headers !== null) {
		const match = /^-?(\d+(?:\.\d+)*(?:-\d+)?)[a-z]?$/.exec(plain.slice(headers.length));
		const isVersion = match?.[1] !== undefined && !(match[1].includes('-') && siblings.isWidth(headers, number));
		if (isVersion) return {name: headers, token: match[1] ?? null};
	}
	// Only packages named after a SONAME were renamed, so that the number at their end is one.
	const renamed = isRenamed || siblings.packages.numberOf(`${plain}t64`) !== undefined;
	const ending = renamed ? /^(.*?[a-z])-?(\d+(?:\.\d+)*)$/.exec(plain) : null;
	if (ending?.[1] !== undefined && ending[2] !== undefined) return {name: ending[1], token: ending[2]};
	return {name: plain, token: null};
}

function withoutTransition(name: string): string {
	return name.endsWith('t64') ? name.slice(0, -3) : name;
}

/** Whether the package took the place of one without `t64`, in its own release or in an earlier one. */
function isTransition(name: string, number: number, packages: PackagesByName): boolean {
	if (!name.endsWith('t64')) return false;
	const plain = withoutTransition(name);
	return (
		packages.numberOf(plain) !== undefined ||
		versionsOf(packages, number).some(({index, id}) =>
			index.relationsOf(id, 'provides').some(group => group.some(relation => relation.name === plain)),
		)
	);
}
