/** What a line's tags depend on. */
export interface TaggedLine {
	readonly line: string;
	readonly version: string;
	/** Whether it will be built. */
	readonly isBuilt: boolean;
}

export interface LineTags {
	/** What it gets: the version, and the floating tags of which it is the most advanced line that is built. */
	readonly tags: readonly string[];
	/** What it would get if every line were built, as the starter itself has them. */
	readonly starterTags: readonly string[];
}

/**
 * Tags of every line, most advanced first. A version 8.4.11 gives 8.4.11, and asks for 8.4, 8, the line's own name and
 * latest; each of these mutable tags goes to the most advanced line that asks for it. The unique build tag comes from
 * the build.
 */
export function tagsFor(lines: readonly TaggedLine[]): readonly LineTags[] {
	const starterTags = assign(lines.map(line => ({...line, isBuilt: true})));
	const tags = assign(lines);
	return lines.map((_, place) => ({tags: tags[place] ?? [], starterTags: starterTags[place] ?? []}));
}

function assign(lines: readonly TaggedLine[]): readonly (readonly string[])[] {
	const taken = new Set<string>();
	// A tag that is the exact version of one line is no floating tag of another.
	const exact = new Set(lines.map(({version}) => tagOf(version)));
	return lines.map(({line, version, isBuilt}) => {
		if (!isBuilt) return [];
		const own = tagOf(version);
		const wanted = [own, ...prefixes(version), tagOf(line), 'latest'];
		const tags = wanted.filter(
			(tag, place) => !taken.has(tag) && wanted.indexOf(tag) === place && (tag === own || !exact.has(tag)),
		);
		for (const tag of tags) taken.add(tag);
		return tags;
	});
}

/** 8.4.11 gives 8.4 and 8; a version of another form gives nothing. */
function prefixes(version: string): readonly string[] {
	const numbers = /^[0-9]+(?:\.[0-9]+)*/.exec(version)?.[0].split('.') ?? [];
	const whole = numbers.join('.') === version ? numbers.length - 1 : numbers.length;
	return Array.from({length: whole}, (_, place) => numbers.slice(0, whole - place).join('.'));
}

/** A tag has letters, digits and `_ . -`, at most 128, and begins with one of the first three (OCI distribution-spec). */
export function tagOf(text: string): string {
	return text
		.replace(/[^A-Za-z0-9_.-]/g, '_')
		.replace(/^[.-]+/, '')
		.slice(0, 128);
}
