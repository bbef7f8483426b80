import type {Query} from './query.ts';
import type {SearchIndex} from './search-index.ts';

/**
 * Families with a package that provides the very name that was typed, the most needed first: `php-posix` is a part of
 * php8.4-common, `httpd` any web server. None where a family bears the name, or where more was asked for than a name.
 */
export function familiesProviding(
	{families, releases, data}: SearchIndex,
	{groups, filters}: Query,
): readonly number[] {
	const [term, ...others] = groups.flat();
	if (term === undefined || others.length + filters.length > 0 || term.isNegated) return [];
	const name = term.text.toLowerCase();
	if (families.numberOfPackage(name) !== null || families.numberOf(name) !== null) return [];
	const found = new Set<number>();
	for (const release of releases) {
		for (const {id} of release.providersOf(name)) {
			const family = families.numberOfPackage(release.nameOf(id));
			if (family !== null) found.add(family);
		}
	}
	return [...found].sort((a, b) => (data.popularity[b] ?? 0) - (data.popularity[a] ?? 0) || a - b);
}
