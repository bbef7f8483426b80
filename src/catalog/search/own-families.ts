import type {Starter} from '../starter.ts';
import {satellite, type SearchIndex} from './search-index.ts';

/**
 * Tells families that extend a starter's software: php-curl of PHP, libnginx-mod-stream of nginx, python3-requests; not what
 * one compiles against, nor documentation. By their names alone: to read what 60,000 packages depend on takes a second,
 * and an application that runs on PHP is looked for by its own name anyway.
 */
export function extensionsOf(
	{name, category, lines}: Starter,
	{families, data}: SearchIndex,
): (document: number) => boolean {
	const [primary] = lines;
	// A bare Debian has no software of its own that something could extend.
	if (category === 'base' || !primary) return () => false;
	const [software = name] = (families.familyOf(primary.primaryPackage) ?? name).split('-');
	const beginnings = [`${name}-`, `${software}-`, `lib${software}-`];
	return document => {
		const kind = data.satellites[document];
		if (kind === satellite.headers || kind === satellite.documentation) return false;
		const family = families.names[document] ?? '';
		return beginnings.some(beginning => family.startsWith(beginning));
	};
}
